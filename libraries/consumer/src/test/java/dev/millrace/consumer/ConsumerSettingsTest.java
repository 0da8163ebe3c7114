package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConsumerSettingsTest {
    private static final Map<String, String> CLIENT = Map.of("bootstrap.servers", "unused:1");

    @Test
    void topicsHaveTheirPrefix() {
        var settings = new ConsumerSettings(CLIENT, OutputTopic.COSTS, OutputTopic.RESULTS);

        assertThat(settings.topicNames()).containsExactly("millrace.costs", "millrace.results");
        assertThat(settings.withPrefix("eu.").topicNames())
                .containsExactly("eu.costs", "eu.results");
    }

    @Test
    void atLeastOneTopicIsRead() {
        assertThatThrownBy(() -> new ConsumerSettings(CLIENT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least one topic");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"isolation.level", "auto.offset.reset", "enable.auto.commit", "group.id"})
    void propertiesOfTheGuaranteesCannotBeSet(String property) {
        assertThatThrownBy(
                        () ->
                                new ConsumerSettings(
                                        Map.of("bootstrap.servers", "unused:1", property, "x"),
                                        OutputTopic.RESULTS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(property);
    }

    @Test
    void textHidesClientSecrets() {
        var settings =
                new ConsumerSettings(
                        Map.of("bootstrap.servers", "unused:1", "sasl.jaas.config", "hush"),
                        OutputTopic.RESULTS);

        assertThat(settings.toString()).doesNotContain("hush");
    }
}
