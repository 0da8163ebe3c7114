package dev.millrace.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.kafka.KafkaConfig;
import dev.millrace.router.waiting.JobChangelog;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamsPropertiesTest {
    private static StreamsConfig streams(Map<String, String> user) {
        var config = new ConfigLoader(Map.of()).parse("test", "").withKafka(new KafkaConfig(user));
        return new StreamsConfig(StreamsProperties.of(RouterSettings.of(config, Path.of("state"))));
    }

    @Nested
    class WhenAGroupProtocolIsConfigured {
        @ParameterizedTest
        @ValueSource(strings = {"group.protocol", "consumer.group.protocol"})
        void streamsIgnoresIt(String key) {
            var streams = streams(Map.of("bootstrap.servers", "b:1", key, "consumer"));

            assertThat(streams.getString(StreamsConfig.GROUP_PROTOCOL_CONFIG)).isEqualTo("classic");
            assertThat(streams.getMainConsumerConfigs("group", "client", 0))
                    .doesNotContainEntry("group.protocol", "consumer");
        }
    }

    @Nested
    class LocalState {
        @Test
        void stateIsDroppedBeforeChangelogsForgetDeletedJobs() {
            var streams = streams(Map.of("bootstrap.servers", "b:1"));
            long age = streams.getLong(StreamsConfig.STATE_CLEANUP_DIR_MAX_AGE_MS_CONFIG);
            long delay = streams.getLong(StreamsConfig.STATE_CLEANUP_DELAY_MS_CONFIG);

            assertThat(Duration.ofMillis(age)).isEqualTo(Duration.ofMinutes(30));
            assertThat(Duration.ofMillis(age + 2 * delay))
                    .isLessThan(JobChangelog.TOMBSTONE_RETENTION);
            assertThat(JobChangelog.settings(1))
                    .containsEntry("delete.retention.ms", "3600000")
                    .containsEntry("cleanup.policy", "compact");
        }
    }

    @Nested
    class Consumers {
        @Test
        void changelogsAreReadInLargerBatchesThanRequests() {
            var streams = streams(Map.of("bootstrap.servers", "b:1"));

            assertThat(streams.getRestoreConsumerConfigs("client"))
                    .containsEntry("max.partition.fetch.bytes", 1 << 20)
                    .containsEntry("max.poll.records", 10_000);
            assertThat(streams.getMainConsumerConfigs("group", "client", 0))
                    .containsEntry("max.partition.fetch.bytes", 1 << 17);
        }
    }

    @Nested
    class ChangelogTopics {
        @Test
        void haveSmallSegmentsAndAcceptEntriesOfAnyAge() {
            assertThat(streams(Map.of("bootstrap.servers", "b:1")).originalsWithPrefix("topic."))
                    .containsEntry("segment.bytes", "16777216")
                    .containsEntry("min.cleanable.dirty.ratio", "0.25")
                    .containsEntry("delete.retention.ms", "600000")
                    .containsEntry(
                            "message.timestamp.before.max.ms", Long.toString(Long.MAX_VALUE));
        }
    }
}
