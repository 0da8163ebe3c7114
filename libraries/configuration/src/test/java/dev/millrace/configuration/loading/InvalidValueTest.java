package dev.millrace.configuration.loading;

import static dev.millrace.configuration.loading.InvalidFile.problems;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Messages about invalid keys and values. */
class InvalidValueTest {
    @Nested
    class WhenAKeyIsUnknown {
        @Test
        void suggestsTheClosestKey() {
            assertThat(problems("worker:\n  max_inflight: 7\n"))
                    .containsExactly(
                            "m.yaml:2: worker.max_inflight: is not a known key, did you mean max_in_flight?");
        }

        @Test
        void listsTheKnownKeysWithoutACloseMatch() {
            assertThat(problems("metrics: { frequency: 7s }"))
                    .containsExactly(
                            "m.yaml:1: metrics.frequency: is not a known key, known keys are listen");
        }

        @Test
        void checksKeysAtEveryLevel() {
            assertThat(
                            problems(
                                    """
                                    provider: {}
                                    worker:
                                      timeouts:
                                        firstbyte: 3s
                                    """))
                    .containsExactly(
                            "m.yaml:1: provider: is not a known key, did you mean providers?",
                            "m.yaml:4: worker.timeouts.firstbyte: is not a known key, did you mean first_byte?");
        }

        @Test
        void rejectsADuplicateKey() {
            assertThat(problems("topics: { partitions: 1 }\nsink: {}\ntopics: {}\n"))
                    .containsExactly(
                            "m.yaml:3: topics: must appear only once, but is already on line 1");
        }
    }

    @Nested
    class WhenAValueHasTheWrongType {
        @Test
        void reportsExpectedAndActualValues() {
            assertThat(
                            problems(
                                    """
                                    topics:
                                      partitions: many
                                      max_request_bytes: 16 megabytes
                                    worker:
                                      commit_interval: 10
                                      backoff: { multiplier: [2] }
                                      timeouts: 30s
                                      models: { gpt-4.1: yes }
                                    router:
                                      cache: { shared_between_tenants: 1 }
                                    metrics:
                                      listen: 9464
                                    tracing: { sample: all }
                                    models:
                                      gpt-4.1: { tier: best, aliases: gpt, context_window: 1.5 }
                                    """))
                    .containsExactly(
                            "m.yaml:2: topics.partitions: must be a whole number, was many",
                            "m.yaml:3: topics.max_request_bytes: must be a size such as 64KiB, 256MiB or plain bytes, was 16 megabytes",
                            "m.yaml:5: worker.commit_interval: must be a duration such as 500ms, 30s, 5m, 24h or 30d, was 10",
                            "m.yaml:6: worker.backoff.multiplier: must be a number, was a list",
                            "m.yaml:7: worker.timeouts: must be a section with keys, was text",
                            "m.yaml:8: worker.models: must be a list, was a section with keys",
                            "m.yaml:10: router.cache.shared_between_tenants: must be true or false, was 1",
                            "m.yaml:12: metrics.listen: must be host:port, such as 127.0.0.1:9464, was 9464",
                            "m.yaml:13: tracing.sample: must be a number, was all",
                            "m.yaml:15: models.gpt-4.1.aliases: must be a list, was text",
                            "m.yaml:15: models.gpt-4.1.tier: must be premium or balanced or economy, was best",
                            "m.yaml:15: models.gpt-4.1.context_window: must be a whole number, was 1.5");
        }

        @Test
        void reportsMissingValues() {
            assertThat(problems("topics:\n  prefix:\n  partitions: ~\n"))
                    .containsExactly(
                            "m.yaml:2: topics.prefix: must be text, was nothing",
                            "m.yaml:3: topics.partitions: must be a whole number, was nothing");
        }

        @Test
        void rejectsNumbersOutOfRange() {
            assertThat(problems("topics: { partitions: 1e99, max_request_bytes: 99999999999TiB }"))
                    .hasSize(2);
        }
    }

    @Nested
    class WhenAValueBreaksARule {
        @Test
        void rejectsAReceiverOfTracesWithoutHttp() {
            assertThat(problems("tracing: { endpoint: \"localhost:4318\" }"))
                    .containsExactly(
                            "m.yaml:1: tracing.endpoint: must be an http or https address without a user");
            assertThat(problems("tracing: { sample: 1.5 }"))
                    .containsExactly("m.yaml:1: tracing.sample: must be 0 to 1, was 1.5");
        }

        @Test
        void reportsEveryBrokenRuleOfASection() {
            assertThat(
                            problems(
                                    """
                                    worker:
                                      max_in_flight: 0
                                      max_attempts: 101
                                      max_held_bytes: 1
                                      backoff: { initial: 0s, max: 1ms }
                                    """))
                    .containsExactly(
                            "m.yaml:2: worker.max_in_flight: must be 1 to 100000, was 0",
                            "m.yaml:3: worker.max_attempts: must be 1 to 100, was 101",
                            "m.yaml:4: worker.max_held_bytes: must be 1MiB or more, was 1",
                            "m.yaml:5: worker.backoff.initial: must be longer than 0s",
                            "m.yaml:5: worker.backoff.max: must not be shorter than initial");
        }

        @Test
        void rejectsLaneWeightsThatLeaveNoLane() {
            assertThat(problems("worker: { lane_weights: { critical: 0, high: -1 } }"))
                    .containsExactly(
                            "m.yaml:1: worker.lane_weights.high: must be 0 to 1000, was -1");
            assertThat(
                            problems(
                                    "worker: { lane_weights:"
                                            + " { critical: 0, high: 0, normal: 0, low: 0, bulk: 0 } }"))
                    .containsExactly(
                            "m.yaml:1: worker.lane_weights.bulk: must be 1 or more, since all other"
                                    + " weights are 0");
        }

        @Test
        void rejectsARetentionThatKafkaCannotKeep() {
            assertThat(problems("topics: { retention: 59s }"))
                    .containsExactly("m.yaml:1: topics.retention: must be 1m to 3650d");
            assertThat(problems("topics: { retention: 3651d }"))
                    .containsExactly("m.yaml:1: topics.retention: must be 1m to 3650d");
        }

        @Test
        void rejectsEveryReservedKafkaProperty() {
            assertThat(
                            problems(
                                    """
                                    kafka:
                                      bootstrap.servers: b:9092
                                      isolation.level: read_uncommitted
                                      acks: 1
                                      consumer.auto.offset.reset: latest
                                    """))
                    .containsExactly(
                            "m.yaml:3: kafka.isolation.level: cannot be set: services read committed records only",
                            "m.yaml:4: kafka.acks: cannot be set: exactly-once results depend on it",
                            "m.yaml:5: kafka.consumer.auto.offset.reset: cannot be set: a lost offset must stop a partition, not skip or repeat jobs");
        }

        @Test
        void requiresTheBrokers() {
            assertThat(problems("kafka: {}"))
                    .containsExactly(
                            "m.yaml:1: kafka.bootstrap.servers: must name the brokers, as host:port,host:port");
        }
    }
}
