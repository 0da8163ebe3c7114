package dev.millrace.worker.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.RecordSizes;
import dev.millrace.configuration.TopicsConfig;
import dev.millrace.configuration.WorkerConfig;
import java.time.Duration;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientSettingsTest {
    private static final RecordSizes SIZES = RecordSizes.of(TopicsConfig.CLUSTER);

    private static ClientSettings settings(Map<String, String> user) {
        return new ClientSettings(user, "millrace.", "w1", WorkerConfig.DEFAULT);
    }

    @Nested
    class TheUsersProperties {
        @Test
        void userPropertyOverridesADefault() {
            assertThat(settings(Map.of("linger.ms", "7")).producer(SIZES))
                    .containsEntry("linger.ms", "7");
        }

        @Test
        void prefixedPropertyIsForItsClientOnly() {
            var settings =
                    settings(
                            Map.of(
                                    "producer.request.timeout.ms",
                                    "1",
                                    "consumer.request.timeout.ms",
                                    "2",
                                    "request.timeout.ms",
                                    "3",
                                    "admin.request.timeout.ms",
                                    "4"));

            assertThat(settings.producer(SIZES)).containsEntry("request.timeout.ms", "1");
            assertThat(settings.consumer()).containsEntry("request.timeout.ms", "2");
            assertThat(settings.admin()).containsEntry("request.timeout.ms", "4");
            assertThat(settings.consumer().keySet()).noneMatch(key -> key.startsWith("admin."));
        }

        @Test
        void propertiesOfTheBrokerAreOmitted() {
            assertThat(settings(Map.of("session.timeout.ms", "1000")).consumer())
                    .doesNotContainKey("session.timeout.ms");
        }
    }

    @Nested
    class TheClassicProtocol {
        @ParameterizedTest
        @ValueSource(strings = {"group.protocol", "consumer.group.protocol"})
        void classicGroupIsCooperativeAndKeepsTheUsersTimeouts(String key) {
            var settings =
                    settings(
                            Map.of(
                                    key,
                                    "classic",
                                    "session.timeout.ms",
                                    "9000",
                                    "heartbeat.interval.ms",
                                    "3000"));

            assertThat(settings.consumer())
                    .containsEntry("group.protocol", "classic")
                    .containsEntry(
                            "partition.assignment.strategy",
                            "org.apache.kafka.clients.consumer.CooperativeStickyAssignor")
                    .containsEntry("session.timeout.ms", "9000")
                    .containsEntry("heartbeat.interval.ms", "3000");
            assertThat(settings.classicSessionTimeout()).isEqualTo(Duration.ofSeconds(9));
        }

        @Test
        void classicProtocolAppliesToTheGroupOnly() {
            var settings =
                    settings(Map.of("group.protocol", "consumer", "session.timeout.ms", "1"));

            assertThat(settings.controlConsumer()).containsEntry("group.protocol", "classic");
        }
    }

    @Nested
    class AFetch {
        @Test
        void fetchIsSmallForEachPartitionAndEndsSoon() {
            assertThat(settings(Map.of()).consumer())
                    .containsEntry("max.partition.fetch.bytes", 262_144)
                    .containsEntry("fetch.max.wait.ms", 250);
        }

        @Test
        void fetchSizesCanBeConfigured() {
            var settings = settings(Map.of("consumer.max.partition.fetch.bytes", "999"));

            assertThat(settings.consumer()).containsEntry("max.partition.fetch.bytes", "999");
        }
    }

    @Nested
    class TheReservedProperties {
        private final ClientSettings settings = settings(Map.of());

        @Test
        void groupReadsCommittedRecordsWithoutAutoCommit() {
            assertThat(settings.consumer())
                    .containsEntry("group.id", "millrace.worker")
                    .containsEntry("group.protocol", "consumer")
                    .containsEntry("isolation.level", "read_committed")
                    .containsEntry("auto.offset.reset", "none")
                    .containsEntry("enable.auto.commit", false);
        }

        @Test
        void transactionalIdIsStable() {
            assertThat(settings.producer(SIZES))
                    .containsEntry("transactional.id", "millrace.worker-w1")
                    .containsEntry("acks", "all");
        }

        @Test
        void pollIntervalExceedsTheDrainTimeout() {
            assertThat(settings.consumer().get("max.poll.interval.ms"))
                    .asInstanceOf(InstanceOfAssertFactories.INTEGER)
                    .isGreaterThan((int) WorkerConfig.DEFAULT.drainTimeout().toMillis());
        }
    }
}
