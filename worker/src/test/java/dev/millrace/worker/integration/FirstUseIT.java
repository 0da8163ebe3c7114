package dev.millrace.worker.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contracts.control.FirstUse;
import dev.millrace.contracts.job.Lane;
import dev.millrace.simulator.settings.Latency;
import dev.millrace.testclusters.JobCluster;
import dev.millrace.worker.Worker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a worker begins, and where it must not continue without an operator. */
class FirstUseIT {
    private static final String MODEL = "deepseek-flash";
    private static final String GROUP = "millrace.worker";
    private static final int JOBS = 40;

    /** Long enough for a worker that wrongly continues to show it. */
    private static final Duration WATCHED = Duration.ofSeconds(2);

    @TempDir Path directory;

    private JobCluster cluster;
    private Admin admin;

    @BeforeEach
    void setUp() throws Exception {
        cluster =
                new JobCluster(
                        directory,
                        JobCluster.simulated(
                                new Latency.Uniform(Duration.ZERO, Duration.ofMillis(5))),
                        "models: [ " + MODEL + " ], max_in_flight: 20");
        admin = cluster.admin();
    }

    @AfterEach
    void tearDown() {
        admin.close();
        cluster.close();
    }

    private String topic() {
        return cluster.topics().jobs(MODEL, Lane.NORMAL);
    }

    private Set<TopicPartition> jobPartitions() throws Exception {
        return committed().keySet().stream()
                .filter(partition -> partition.topic().equals(topic()))
                .collect(Collectors.toSet());
    }

    private Map<TopicPartition, OffsetAndMetadata> committed() throws Exception {
        return admin.listConsumerGroupOffsets(GROUP).partitionsToOffsetAndMetadata().get();
    }

    private long calls() {
        return cluster.simulator().ledger().summary().calls();
    }

    /** A batch from its submission to its end, and the worker stopped. */
    private void oneBatch() {
        cluster.submit(MODEL, JOBS);
        try (Worker _ = Workers.start(cluster)) {
            awaitResults(JOBS);
        }
        assertThat(calls()).isEqualTo(JOBS);
    }

    private void awaitResults(int count) {
        assertThat(cluster.readUntil(() -> cluster.results().size() >= count)).isTrue();
    }

    private void awaitStopped(Worker worker, String reason) {
        await().until(() -> worker.health().detail().contains("is stopped"));
        assertThat(worker.health().ready()).isFalse();
        assertThat(worker.health().live()).isTrue();
        assertThat(worker.health().detail()).contains(topic(), reason);
    }

    private void loseOffsets() throws Exception {
        admin.deleteConsumerGroupOffsets(GROUP, jobPartitions()).all().get();
    }

    private void spoilMetadata() throws Exception {
        var spoiled =
                committed().entrySet().stream()
                        .filter(each -> each.getKey().topic().equals(topic()))
                        .collect(
                                Collectors.toMap(
                                        Map.Entry::getKey,
                                        each ->
                                                new OffsetAndMetadata(
                                                        each.getValue().offset(), "spoiled")));
        admin.alterConsumerGroupOffsets(GROUP, spoiled).all().get();
    }

    @Nested
    class ATopicThatWasNeverInUse {
        @Test
        void unusedTopicIsReadFromItsBeginningAndMarked() throws Exception {
            oneBatch();

            Set<TopicPartition> used = jobPartitions();
            assertThat(used).isNotEmpty();
            assertThat(markers())
                    .containsAll(used.stream().map(each -> FirstUse.key(GROUP, each)).toList());
        }

        private Set<String> markers() {
            var control = new TopicPartition(cluster.topics().control(), 0);
            Map<String, Object> properties =
                    Map.of(
                            "bootstrap.servers", cluster.bootstrapServers(),
                            "isolation.level", "read_committed",
                            "auto.offset.reset", "earliest");
            try (var consumer =
                    new KafkaConsumer<>(
                            properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                consumer.assign(List.of(control));
                long end = consumer.endOffsets(List.of(control)).getOrDefault(control, 0L);
                var keys = new HashSet<String>();
                while (consumer.position(control) < end) {
                    consumer.poll(Duration.ofMillis(100))
                            .forEach(record -> keys.add(new String(record.key(), UTF_8)));
                }
                return keys;
            }
        }
    }

    @Nested
    class WhenTheOffsetsAreLost {
        @Test
        void lostOffsetsStopAllCallsAndHealthSaysWhy() throws Exception {
            oneBatch();
            loseOffsets();

            try (Worker worker = Workers.start(cluster)) {
                awaitStopped(worker, "its committed offset was lost");
                cluster.submit(MODEL, JOBS);
                await().during(WATCHED).until(() -> calls() == JOBS);
            }
        }

        @Test
        void acceptResendRestartsThePartitions() throws Exception {
            oneBatch();
            loseOffsets();
            cluster.submit(MODEL, JOBS);

            // Undeleted jobs of the first batch are called again.
            try (Worker worker = Workers.startResending(cluster)) {
                awaitResults(2 * JOBS);
                await().until(() -> worker.health().ready());
            }
            try (Worker worker = Workers.start(cluster)) {
                await().until(() -> worker.health().ready());
            }
            assertThat(calls()).isBetween(2L * JOBS, 3L * JOBS);
        }
    }

    @Nested
    class WhenATopicIsRecreated {
        @Test
        void recreatedTopicIsReadFromItsBeginning() throws Exception {
            oneBatch();
            int partitions = jobPartitions().size();
            admin.deleteTopics(List.of(topic())).all().get();
            await().until(() -> jobPartitions().isEmpty());
            await().ignoreExceptions()
                    .until(
                            () -> {
                                var anew = new NewTopic(topic(), partitions, (short) 1);
                                admin.createTopics(List.of(anew)).all().get();
                                return true;
                            });
            cluster.submit(MODEL, JOBS);

            try (Worker worker = Workers.start(cluster)) {
                awaitResults(2 * JOBS);
                await().until(() -> worker.health().ready());
            }
            assertThat(calls()).isEqualTo(2 * JOBS);
        }
    }

    @Nested
    class WhenTheLedgerCannotBeRead {
        @Test
        void unreadableLedgerStopsCallsUntilAcceptResend() throws Exception {
            oneBatch();
            spoilMetadata();

            try (Worker worker = Workers.start(cluster)) {
                awaitStopped(worker, "its committed metadata cannot be read");
                cluster.submit(MODEL, JOBS);
                await().during(WATCHED).until(() -> calls() == JOBS);
            }
            try (Worker worker = Workers.startResending(cluster)) {
                awaitResults(2 * JOBS);
                await().until(() -> worker.health().ready());
            }
            assertThat(calls()).isEqualTo(2 * JOBS);
        }
    }

    @Nested
    class FinishedJobs {
        @Test
        void finishedJobsAreDeleted() throws Exception {
            cluster.submit(MODEL, JOBS);
            try (Worker _ = Workers.start(cluster)) {
                awaitResults(JOBS);
                var earliest =
                        jobPartitions().stream()
                                .collect(
                                        Collectors.toMap(each -> each, _ -> OffsetSpec.earliest()));
                await().untilAsserted(
                                () -> {
                                    var first = admin.listOffsets(earliest).all().get();
                                    var offsets = committed();
                                    assertThat(first)
                                            .allSatisfy(
                                                    (partition, found) ->
                                                            assertThat(found.offset())
                                                                    .isEqualTo(
                                                                            offset(
                                                                                    offsets,
                                                                                    partition)));
                                    assertThat(first.values())
                                            .anyMatch(found -> found.offset() > 0);
                                });
            }
        }

        private static long offset(
                Map<TopicPartition, OffsetAndMetadata> offsets, TopicPartition partition) {
            var committed = offsets.get(partition);
            return committed == null ? -1 : committed.offset();
        }
    }
}
