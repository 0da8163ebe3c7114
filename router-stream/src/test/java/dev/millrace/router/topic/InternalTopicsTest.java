package dev.millrace.router.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InternalTopicsTest {
    private static final String CACHE = "millrace-router-cache-changelog";
    private static final String OTHER = "millrace-router-pace-changelog";

    private static Map<String, String> changed(String topic, int segment, int message) {
        var id = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        var found =
                new Config(
                        List.of(
                                new ConfigEntry(TopicConfig.SEGMENT_BYTES_CONFIG, "" + segment),
                                new ConfigEntry(
                                        TopicConfig.MAX_MESSAGE_BYTES_CONFIG, "" + message)));
        var wanted =
                Map.of(
                        TopicConfig.SEGMENT_BYTES_CONFIG, "5000",
                        TopicConfig.MAX_MESSAGE_BYTES_CONFIG, "2000");
        var changes = InternalTopics.changes(Map.of(id, found), Set.of(CACHE), _ -> wanted);
        return changes.values().stream()
                .flatMap(Collection::stream)
                .collect(
                        Collectors.toMap(
                                it -> it.configEntry().name(), it -> it.configEntry().value()));
    }

    @Test
    void smallSizesAreRaised() {
        assertThat(changed(CACHE, 4_000, 1_000))
                .containsOnly(
                        entry(TopicConfig.SEGMENT_BYTES_CONFIG, "5000"),
                        entry(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, "2000"));
    }

    @Test
    void sizesOfARouterWithHigherLimitsStay() {
        assertThat(changed(CACHE, 9_000, 4_000)).isEmpty();
    }

    @Test
    void largeSegmentsOfOtherStoresAreLowered() {
        assertThat(changed(OTHER, 9_000, 4_000))
                .containsOnly(entry(TopicConfig.SEGMENT_BYTES_CONFIG, "5000"));
    }

    @ParameterizedTest
    @CsvSource({
        "16777216, 1000, 16777216",
        "16777216, 20000000, 40000000",
        "16777216, 2000000000, 2147483647",
        "50000000, 20000000, 50000000"
    })
    void segmentOfTheCacheHoldsItsLargestRecord(int usual, int record, int expected) {
        var streams = new Properties();
        streams.put(
                StreamsConfig.topicPrefix(TopicConfig.SEGMENT_BYTES_CONFIG),
                Integer.toString(usual));
        streams.put(
                StreamsConfig.topicPrefix(TopicConfig.MAX_MESSAGE_BYTES_CONFIG),
                Integer.toString(record));

        assertThat(InternalTopics.jobSegmentBytes(streams)).isEqualTo(expected);
    }
}
