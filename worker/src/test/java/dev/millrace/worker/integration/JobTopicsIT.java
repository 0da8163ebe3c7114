package dev.millrace.worker.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.configuration.WorkerConfig;
import dev.millrace.contracts.control.FirstUse;
import dev.millrace.worker.kafka.ClientSettings;
import dev.millrace.worker.kafka.KafkaJobTopics;
import dev.millrace.worker.port.JobTopics.Committed;
import dev.millrace.worker.port.JobTopics.Limits;
import dev.millrace.worker.port.JobTopics.MissingOffset;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

class JobTopicsIT {
    @TempDir static Path directory;
    private static Cluster cluster;

    private String prefix;
    private TopicPartition jobs;
    private KafkaJobTopics topics;

    @BeforeAll
    static void startBroker() {
        cluster = new Cluster(directory);
    }

    @AfterAll
    static void stopBroker() {
        cluster.close();
    }

    @BeforeEach
    void openTopics(TestInfo test) throws Exception {
        prefix = test.getTestMethod().orElseThrow().getName() + ".";
        jobs = new TopicPartition(prefix + "jobs", 0);
        cluster.create(control(), 1);
        cluster.create(jobs.topic(), 2);
        topics = open(Map.of());
    }

    @AfterEach
    void closeTopics() {
        topics.close();
    }

    private KafkaJobTopics open(Map<String, String> user) {
        var properties = new HashMap<>(user);
        properties.put("bootstrap.servers", cluster.bootstrapServers());
        return KafkaJobTopics.open(
                new ClientSettings(properties, prefix, "w1", WorkerConfig.DEFAULT),
                control(),
                new SimpleMeterRegistry());
    }

    private String control() {
        return prefix + "control";
    }

    private MissingOffset missingOffset() {
        return Objects.requireNonNull(missingOffsets(Set.of(jobs)).get(jobs));
    }

    private Map<TopicPartition, MissingOffset> missingOffsets(Set<TopicPartition> partitions) {
        return await().until(() -> topics.missingOffsets(partitions), Optional::isPresent)
                .orElseThrow();
    }

    private CompletableFuture<Committed> committed(TopicPartition partition) {
        return Objects.requireNonNull(topics.committed(Set.of(partition)).get(partition));
    }

    private void commit(ProducerRecord<byte[], byte[]> record) {
        try (var producer = cluster.inTransaction(prefix)) {
            var _ = producer.send(record);
            producer.commitTransaction();
        }
    }

    private ProducerRecord<byte[], byte[]> markerOffered() {
        return ((MissingOffset.FirstUse) missingOffset()).marker();
    }

    @Nested
    class TheLimits {
        @Test
        void limitsComeFromTheBrokerAndTheGroup() throws Exception {
            var group = new ConfigResource(ConfigResource.Type.GROUP, prefix + "worker");
            var longer =
                    new AlterConfigOp(
                            new ConfigEntry("consumer.session.timeout.ms", "52000"),
                            AlterConfigOp.OpType.SET);
            cluster.admin.incrementalAlterConfigs(Map.of(group, List.of(longer))).all().get();

            // A broker learns of it a moment later.
            await().untilAsserted(
                            () -> {
                                try (var fresh = open(Map.of())) {
                                    assertThat(await().until(fresh::limits, Optional::isPresent))
                                            .contains(new Limits(4_096, Duration.ofSeconds(52)));
                                }
                            });
        }

        @Test
        void classicProtocolUsesTheClientsSessionTimeout() {
            try (var classic =
                    open(Map.of("group.protocol", "classic", "session.timeout.ms", "7000"))) {
                assertThat(await().until(classic::limits, Optional::isPresent))
                        .contains(new Limits(4_096, Duration.ofSeconds(7)));
            }
        }
    }

    @Nested
    class APartitionWithoutAnOffset {
        @Test
        void partitionWithoutAMarkerWasNeverUsed() {
            cluster.fill(jobs, 5);
            var other = new TopicPartition(jobs.topic(), 1);

            var missingOffsets = missingOffsets(Set.of(jobs, other));

            assertThat(missingOffsets.get(jobs))
                    .isInstanceOfSatisfying(
                            MissingOffset.FirstUse.class,
                            first -> {
                                assertThat(first.beginning()).isZero();
                                assertThat(first.marker().topic()).isEqualTo(control());
                                assertThat(first.marker().key())
                                        .asString()
                                        .isEqualTo(FirstUse.key(prefix + "worker", jobs));
                            });
            assertThat(missingOffsets.get(other)).isInstanceOf(MissingOffset.FirstUse.class);
        }

        @Test
        void partitionWithDeletedRecordsLostItsOffsetThoughItsMarkerIsLostToo() throws Exception {
            cluster.fill(jobs, 5);
            cluster.admin.deleteRecords(Map.of(jobs, RecordsToDelete.beforeOffset(2))).all().get();

            assertThat(missingOffset())
                    .isInstanceOfSatisfying(
                            MissingOffset.OffsetLost.class,
                            lost -> assertThat(lost.beginning()).isEqualTo(2));
        }

        @Test
        void reasonIsFoundThoughAnotherTopicDoesNotExist() {
            var missing = new TopicPartition(prefix + "missing", 0);

            assertThat(missingOffsets(Set.of(jobs, missing))).containsOnlyKeys(jobs);
        }

        @Test
        void partitionWithAMarkerLostItsOffset() {
            commit(markerOffered());

            assertThat(missingOffset()).isInstanceOf(MissingOffset.OffsetLost.class);
        }

        @Test
        void uncommittedMarkerDoesNotCount() {
            try (var producer = cluster.inTransaction(prefix)) {
                var _ = producer.send(markerOffered());
                producer.flush();
                producer.abortTransaction();
            }

            assertThat(missingOffset()).isInstanceOf(MissingOffset.FirstUse.class);
        }

        @Test
        void removedMarkerDoesNotCount() {
            var marker = markerOffered();
            commit(marker);
            commit(new ProducerRecord<>(control(), marker.key(), null));

            assertThat(missingOffset()).isInstanceOf(MissingOffset.FirstUse.class);
        }

        @Test
        void reasonIsUnknownWhileAnOpenTransactionMayHideTheMarker() {
            var marker = markerOffered();
            try (var hiding = cluster.inTransaction(prefix + "other")) {
                var _ =
                        hiding.send(
                                new ProducerRecord<>(control(), new byte[] {1}, new byte[] {1}));
                hiding.flush();
                commit(marker);

                await().during(Duration.ofSeconds(1))
                        .until(() -> topics.missingOffsets(Set.of(jobs)).isEmpty());
                hiding.commitTransaction();
                assertThat(missingOffset()).isInstanceOf(MissingOffset.OffsetLost.class);
            }
        }

        @Test
        void markerOfADeletedTopicDoesNotCount() throws Exception {
            commit(markerOffered());
            cluster.delete(jobs.topic());
            await().ignoreExceptions().untilAsserted(() -> cluster.create(jobs.topic(), 2));

            assertThat(missingOffset()).isInstanceOf(MissingOffset.FirstUse.class);
        }

        @Test
        void isAskedForAnewAfterEachAnswer() {
            var marker = markerOffered();
            assertThat(missingOffset()).isInstanceOf(MissingOffset.FirstUse.class);
            commit(marker);

            assertThat(missingOffset()).isInstanceOf(MissingOffset.OffsetLost.class);
        }
    }

    @Nested
    class ACommittedOffset {
        /** Of a consumer that is no member of the group. */
        private ConsumerGroupMetadata group() {
            Map<String, Object> properties =
                    Map.of(
                            "bootstrap.servers",
                            cluster.bootstrapServers(),
                            "group.id",
                            prefix + "worker");
            var bytes = new ByteArrayDeserializer();
            try (var consumer = new KafkaConsumer<>(properties, bytes, bytes)) {
                return consumer.groupMetadata();
            }
        }

        @Test
        void unusedPartitionHasNoCommittedOffset() {
            var committed = committed(jobs).join();

            assertThat(committed.offset()).isNull();
            assertThat(committed.topicId()).isNotEmpty();
        }

        @Test
        void offsetIsReportedAfterTheOpenTransactionHasEnded() {
            try (var hiding = cluster.inTransaction(prefix + "other")) {
                var offset = new OffsetAndMetadata(5, "five");
                hiding.sendOffsetsToTransaction(Map.of(jobs, offset), group());
                var committed = committed(jobs);
                await().during(Duration.ofSeconds(1)).until(() -> !committed.isDone());

                hiding.commitTransaction();

                assertThat(committed.join().offset()).isEqualTo(offset);
            }
        }

        @Test
        void offsetIsReportedThoughAnotherPartitionIsHiddenAndAnotherTopicIsMissing() {
            var other = new TopicPartition(jobs.topic(), 1);
            var missing = new TopicPartition(prefix + "missing", 0);
            try (var hiding = cluster.inTransaction(prefix + "other")) {
                var offset = new OffsetAndMetadata(5, "five");
                hiding.sendOffsetsToTransaction(Map.of(jobs, offset), group());

                var answers = topics.committed(Set.of(jobs, other, missing));
                var hidden = Objects.requireNonNull(answers.get(jobs));

                assertThat(Objects.requireNonNull(answers.get(other)).join().offset()).isNull();
                assertThat(hidden).isNotDone();
                assertThat(answers.get(missing)).isNotDone();
                hiding.commitTransaction();
                assertThat(hidden.join().offset()).isEqualTo(offset);
            }
        }

        @Test
        void recreatedTopicHasAnotherId() throws Exception {
            var before = committed(jobs).join();
            cluster.delete(jobs.topic());
            await().ignoreExceptions().untilAsserted(() -> cluster.create(jobs.topic(), 2));

            assertThat(committed(jobs).join().topicId()).isNotEqualTo(before.topicId());
            String missing = prefix + "missing";
            assertThat(topics.ids(Set.of(jobs.topic(), missing)).join())
                    .containsOnlyKeys(jobs.topic(), missing)
                    .containsEntry(missing, Optional.empty())
                    .doesNotContainEntry(jobs.topic(), Optional.of(before.topicId()));
        }

        /**
         * The invalid name replaces a topic that the client must not describe: a request for both
         * never succeeds.
         */
        @Test
        void topicIdIsReportedThoughAnotherTopicCannotBeDescribed() {
            assertThat(topics.ids(Set.of(jobs.topic(), "not a topic")))
                    .succeedsWithin(Duration.ofMinutes(10))
                    .satisfies(ids -> assertThat(ids).containsOnlyKeys(jobs.topic()));
        }
    }

    @Nested
    class FinishedRecords {
        private void know(Set<TopicPartition> partitions) {
            partitions.forEach(it -> committed(it).join());
        }

        @Test
        void recordsOfARecreatedTopicAreKept() throws Exception {
            var other = new TopicPartition(prefix + "other", 0);
            cluster.create(other.topic(), 1);
            cluster.fill(other, 10);
            know(Set.of(jobs, other));
            cluster.delete(jobs.topic());
            await().ignoreExceptions().untilAsserted(() -> cluster.create(jobs.topic(), 2));
            cluster.fill(jobs, 10);

            topics.deleteBelow(Map.of(jobs, 4L, other, 4L));

            await().untilAsserted(() -> assertThat(cluster.beginning(other)).isEqualTo(4));
            assertThat(cluster.beginning(jobs)).isZero();
        }

        @Test
        void recordsOfARecreatedTopicAreKeptAfterAnotherAssignment() throws Exception {
            var neighbour = new TopicPartition(jobs.topic(), 1);
            know(Set.of(jobs, neighbour));
            cluster.delete(jobs.topic());
            await().ignoreExceptions().untilAsserted(() -> cluster.create(jobs.topic(), 2));
            cluster.fill(jobs, 10);
            cluster.fill(neighbour, 10);
            know(Set.of(neighbour));

            topics.deleteBelow(Map.of(jobs, 4L, neighbour, 4L));

            await().untilAsserted(() -> assertThat(cluster.beginning(neighbour)).isEqualTo(4));
            assertThat(cluster.beginning(jobs)).isZero();
        }

        @Test
        void finishedRecordsAreDeleted() {
            cluster.fill(jobs, 10);
            know(Set.of(jobs));

            topics.deleteBelow(Map.of(jobs, 4L));

            await().untilAsserted(() -> assertThat(cluster.beginning(jobs)).isEqualTo(4));
        }

        @Test
        void finishedRecordsOfManyPartitionsAreDeleted() throws Exception {
            int count = 60;
            String wide = prefix + "wide";
            cluster.create(wide, count);
            var all =
                    IntStream.range(0, count)
                            .mapToObj(number -> new TopicPartition(wide, number))
                            .collect(Collectors.toMap(each -> each, _ -> 1L));
            all.keySet().forEach(each -> cluster.fill(each, 1));

            know(all.keySet());
            topics.deleteBelow(all);

            await().untilAsserted(
                            () -> {
                                for (var each : all.keySet()) {
                                    assertThat(cluster.beginning(each)).isEqualTo(1);
                                }
                            });
        }

        @Test
        void missingTopicDoesNotBlockTheDeletionOfOthers() {
            cluster.fill(jobs, 3);
            know(Set.of(jobs));

            topics.deleteBelow(Map.of(new TopicPartition(prefix + "gone", 0), 1L, jobs, 3L));

            await().untilAsserted(() -> assertThat(cluster.beginning(jobs)).isEqualTo(3));
        }
    }
}
