package dev.millrace.worker.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.config.TopicsConfig;
import dev.millrace.contracts.config.WorkerConfig;
import dev.millrace.contracts.topic.RecordSizes;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ClientSettingsTest {
    private static final RecordSizes SIZES = RecordSizes.of(TopicsConfig.CLUSTER);

    private static ClientSettings settings(Map<String, String> user) {
        return new ClientSettings(user, "millrace.", WorkerConfig.named("w1"));
    }

    @Nested
    class TheUsersProperties {
        @Test
        void goBeforeOurDefaults() {
            assertThat(settings(Map.of("linger.ms", "7")).producer(SIZES))
                    .containsEntry("linger.ms", "7");
        }

        @Test
        void withAClientsNameAreForThatClient() {
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
            assertThat(settings.consumer().keySet()).noneMatch(key -> key.startsWith("admin."));
        }

        @Test
        void thatTheGroupProtocolLeavesToTheBrokerAreLeftOut() {
            assertThat(settings(Map.of("session.timeout.ms", "1000")).consumer())
                    .doesNotContainKey("session.timeout.ms");
        }
    }

    @Nested
    class WhatTheGuaranteesRestOn {
        private final ClientSettings settings = settings(Map.of());

        @Test
        void isCommittedReadsOfOneGroupWithoutItsOwnCommits() {
            assertThat(settings.consumer())
                    .containsEntry("group.id", "millrace.worker")
                    .containsEntry("group.protocol", "consumer")
                    .containsEntry("isolation.level", "read_committed")
                    .containsEntry("enable.auto.commit", false);
        }

        @Test
        void isAStableTransactionalId() {
            assertThat(settings.producer(SIZES))
                    .containsEntry("transactional.id", "millrace.worker-w1")
                    .containsEntry("acks", "all");
        }

        @Test
        void isAPollIntervalAboveTheDrain() {
            assertThat(settings.consumer().get("max.poll.interval.ms"))
                    .asInstanceOf(InstanceOfAssertFactories.INTEGER)
                    .isGreaterThan((int) WorkerConfig.DEFAULT.drainTimeout().toMillis());
        }
    }
}
