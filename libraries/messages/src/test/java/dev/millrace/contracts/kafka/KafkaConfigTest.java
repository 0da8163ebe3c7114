package dev.millrace.contracts.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.yaml.problem.Violation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaConfigTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "isolation.level",
                "enable.auto.commit",
                "auto.commit.interval.ms",
                "auto.offset.reset",
                "allow.auto.create.topics",
                "transactional.id",
                "enable.idempotence",
                "acks",
                "processing.guarantee",
                "key.serializer",
                "value.serializer",
                "key.deserializer",
                "value.deserializer",
                "default.key.serde",
                "default.value.serde",
                "group.id",
                "main.consumer.group.protocol",
                "producer.group.protocol",
                "group.instance.id",
                "group.remote.assignor",
                "partition.assignment.strategy",
                "application.id",
                "num.standby.replicas",
                "main.consumer.isolation.level",
                "producer.acks",
            })
    void rejectsReservedProperties(String property) {
        assertThatThrownBy(() -> new KafkaConfig(Map.of("bootstrap.servers", "b", property, "x")))
                .isInstanceOf(Violation.class)
                .hasMessageStartingWith(property + " cannot be set: ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "security.protocol",
                "client.id",
                "linger.ms",
                "sasl.mechanism",
                "fetch.max.bytes"
            })
    void acceptsOtherProperties(String property) {
        assertThat(new KafkaConfig(Map.of("bootstrap.servers", "b", property, "x")).properties())
                .containsEntry(property, "x");
    }

    @ParameterizedTest
    @CsvSource({
        "group.protocol,consumer",
        "group.protocol,classic",
        "consumer.group.protocol,classic",
    })
    void acceptsBothGroupProtocolsForTheWorker(String property, String protocol) {
        assertThat(
                        new KafkaConfig(Map.of("bootstrap.servers", "b", property, protocol))
                                .properties())
                .containsEntry(property, protocol);
    }

    @ParameterizedTest
    @ValueSource(strings = {"group.protocol", "consumer.group.protocol"})
    void rejectsAnUnknownGroupProtocol(String property) {
        assertThatThrownBy(
                        () ->
                                new KafkaConfig(
                                        Map.of("bootstrap.servers", "b", property, "streams")))
                .isInstanceOf(Violation.class)
                .hasMessage(property + " must be consumer or classic, was streams");
    }

    @Test
    void rejectsAMisspelledProperty() {
        assertThatThrownBy(
                        () ->
                                new KafkaConfig(
                                        Map.of(
                                                "bootstrap.servers",
                                                "b",
                                                "secuirty.protocol",
                                                "SSL")))
                .isInstanceOf(Violation.class)
                .hasMessage(
                        "secuirty.protocol is not a known property, did you mean security.protocol?");
    }

    @Test
    void acceptsPropertiesOfThirdParties() {
        assertThat(
                        new KafkaConfig(
                                        Map.of(
                                                "bootstrap.servers",
                                                "b",
                                                "acme.login.realm",
                                                "x",
                                                "num.stream.threads",
                                                "2"))
                                .properties())
                .hasSize(3);
    }

    @Test
    void returnsTheBrokers() {
        assertThat(KafkaConfig.of("a:1,b:2").bootstrapServers()).isEqualTo("a:1,b:2");
    }

    @Test
    void masksPasswordsKeysAndLoginSettings() {
        var config =
                new KafkaConfig(
                        Map.of(
                                "bootstrap.servers", "b",
                                "sasl.jaas.config", "hidden",
                                "ssl.keystore.key", "hidden",
                                "ssl.key.password", "hidden",
                                "sasl.oauthbearer.client.credentials.client.secret", "hidden"));

        assertThat(config.toString()).doesNotContain("hidden").contains("bootstrap.servers=b");
    }

    @Test
    void everyReservedPropertyIsDocumented() throws IOException {
        assertThat(Files.readString(Path.of("..", "..", "docs", "configuration.md")))
                .contains(KafkaProperties.reserved().stream().map(it -> "`" + it + "`").toList());
    }
}
