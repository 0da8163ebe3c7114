package dev.millrace.worker.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.worker.port.JobTopics.Limits;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.internals.KafkaFutureImpl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BrokerLimitsTest {
    private static Config retention(String minutes) {
        return new Config(List.of(new ConfigEntry("offsets.retention.minutes", minutes)));
    }

    @Test
    void kafkasDefaultRetentionOfOffsetsIsWarnedOf() {
        assertThat(BrokerLimits.retentionWarning(retention("10080")))
                .hasValueSatisfying(
                        it ->
                                assertThat(it)
                                        .contains(
                                                "7 days", "offsets.retention.minutes=2147483647"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"525600", "2147483647"})
    void longRetentionIsNotWarnedOf(String minutes) {
        assertThat(BrokerLimits.retentionWarning(retention(minutes))).isEmpty();
    }

    @Test
    void unknownRetentionIsNotWarnedOf() {
        assertThat(BrokerLimits.retentionWarning(null)).isEmpty();
        assertThat(BrokerLimits.retentionWarning(new Config(List.of()))).isEmpty();
    }

    private static Limits limits(KafkaFuture<Config> broker, KafkaFuture<Config> group)
            throws InterruptedException {
        return BrokerLimits.limits(broker, group, Duration.ofSeconds(7));
    }

    private static KafkaFuture<Config> answer(String name, String value) {
        return KafkaFuture.completedFuture(new Config(List.of(new ConfigEntry(name, value))));
    }

    private static KafkaFuture<Config> refused() {
        var future = new KafkaFutureImpl<Config>();
        future.completeExceptionally(new GroupAuthorizationException("millrace.worker"));
        return future;
    }

    @Test
    void refusedAnswerKeepsTheOtherLimit() throws InterruptedException {
        var metadata = answer("offset.metadata.max.bytes", "1024");
        var session = answer("consumer.session.timeout.ms", "30000");

        assertThat(limits(metadata, session)).isEqualTo(new Limits(1_024, Duration.ofSeconds(30)));
        assertThat(limits(metadata, refused()))
                .isEqualTo(new Limits(1_024, Limits.DEFAULT.sessionTimeout()));
        assertThat(limits(refused(), session))
                .isEqualTo(new Limits(Limits.DEFAULT.metadataChars(), Duration.ofSeconds(30)));
    }

    @Test
    void classicProtocolHasItsOwnTimeout() throws InterruptedException {
        var metadata = answer("offset.metadata.max.bytes", "4096");

        assertThat(BrokerLimits.limits(metadata, null, Duration.ofSeconds(7)).sessionTimeout())
                .isEqualTo(Duration.ofSeconds(7));
    }
}
