package dev.millrace.worker.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contracts.topic.KeyPartitions;
import dev.millrace.worker.port.ResultLog.Commit;
import dev.millrace.worker.port.ResultLog.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class KafkaResultLogTest {
    private static final ConsumerGroupMetadata GROUP =
            new MockConsumer<byte[], byte[]>("earliest").groupMetadata();
    private static final KeyPartitions PARTITIONS = new KeyPartitions(2);
    private static final TopicPartition JOBS = new TopicPartition("jobs", 0);

    private final List<MockProducer<byte[], byte[]>> producers = new ArrayList<>();

    /** Returns an open log whose first producer the test prepares. */
    private KafkaResultLog log(Consumer<MockProducer<byte[], byte[]>> first) {
        var log =
                new KafkaResultLog(
                        () -> {
                            var producer =
                                    new MockProducer<>(
                                            true,
                                            null,
                                            new ByteArraySerializer(),
                                            new ByteArraySerializer());
                            if (producers.isEmpty()) {
                                first.accept(producer);
                            }
                            producers.add(producer);
                            return producer;
                        },
                        false,
                        "jobs.m2"::equals,
                        PARTITIONS);
        log.open();
        return log;
    }

    private static Commit commit(KafkaResultLog log) {
        return log.commit(
                new Transaction(
                        List.of(new ProducerRecord<>("results", new byte[] {1}, new byte[] {2})),
                        Map.of(JOBS, new OffsetAndMetadata(7, "ledger")),
                        GROUP));
    }

    @Nested
    class ASuccessfulTransaction {
        @Test
        void transactionContainsRecordsAndOffsets() {
            assertThat(commit(log(_ -> {}))).isEqualTo(new Commit.Done());

            assertThat(producers.getFirst().history()).hasSize(1);
            assertThat(producers.getFirst().consumerGroupOffsetsHistory().getFirst())
                    .containsKey(GROUP.groupId());
        }
    }

    @Nested
    class AReceiverOfCommittedRecords {
        private final List<Byte> received = new ArrayList<>();

        private void commitAfter(Consumer<MockProducer<byte[], byte[]>> first) {
            var log = log(first);
            log.passCommitted(
                    records -> {
                        assertThat(producers.getFirst().transactionCommitted()).isTrue();
                        records.forEach(it -> received.add(it.value()[0]));
                    });
            var _ = commit(log);
        }

        @Test
        void getsTheRecordsWhenTheyAreDurable() {
            commitAfter(_ -> {});

            assertThat(received).containsExactly((byte) 2);
        }

        @Test
        void getsNothingOfAnAbortedTransaction() {
            commitAfter(it -> it.sendOffsetsToTransactionException = new CommitFailedException());

            assertThat(received).isEmpty();
        }

        @Test
        void getsNothingOfATransactionWithoutAnswer() {
            commitAfter(it -> it.commitTransactionException = new TimeoutException("late"));

            assertThat(received).isEmpty();
        }
    }

    @Nested
    class ARecordThatNamesAPartition {
        private static final Node NODE = new Node(0, "localhost", 9);

        /** Returns a log whose results topic has two planned partitions and a third one. */
        private KafkaResultLog log() {
            return new KafkaResultLog(
                    () -> {
                        var producer =
                                new MockProducer<>(
                                        partitions(),
                                        true,
                                        new RoundRobinPartitioner(),
                                        new ByteArraySerializer(),
                                        new ByteArraySerializer());
                        producers.add(producer);
                        return producer;
                    },
                    false,
                    "jobs.m2"::equals,
                    PARTITIONS);
        }

        private Cluster partitions() {
            var nodes = new Node[] {NODE};
            return new Cluster(
                    "c",
                    List.of(NODE),
                    List.of(
                            new PartitionInfo("results", 0, NODE, nodes, nodes),
                            new PartitionInfo("results", 1, NODE, nodes, nodes),
                            new PartitionInfo("results", 2, NODE, nodes, nodes)),
                    Set.of(),
                    Set.of());
        }

        private ProducerRecord<byte[], byte[]> sent(
                String topic, @Nullable Integer partition, int key) {
            var log = log();
            log.open();
            var headers = new RecordHeaders().add("h", new byte[] {3});
            var record =
                    new ProducerRecord<>(
                            topic, partition, new byte[] {(byte) key}, new byte[] {2}, headers);
            log.commit(new Transaction(List.of(record), Map.of(), GROUP));
            return producers.getFirst().history().getFirst();
        }

        @Test
        void recordGoesToItsPartition() {
            assertThat(sent("results", 1, 1).partition()).isEqualTo(1);
        }

        @Test
        void missingPartitionIsReplacedByTheKeysPartition() {
            var sent = sent("results", 3, 1);

            assertThat(sent.partition()).isEqualTo(PARTITIONS.of(new byte[] {1}, 3));
            assertThat(sent.key()).containsExactly(1);
            assertThat(sent.value()).containsExactly(2);
            assertThat(sent.headers().lastHeader("h").value()).containsExactly(3);
        }

        @Test
        void noKeySelectsAnAddedPartition() {
            for (int key = 0; key < 50; key++) {
                assertThat(sent("results", null, key).partition()).isIn(0, 1);
                producers.clear();
            }
        }

        @Test
        void jobGoesToAnyPartition() {
            assertThat(sent("jobs.m2", null, 1).partition()).isNull();
        }
    }

    @Nested
    class AFailedTransaction {
        @Test
        void staleMemberAbortsIt() {
            var log = log(it -> it.sendOffsetsToTransactionException = new CommitFailedException());

            assertThat(commit(log)).isInstanceOf(Commit.Aborted.class);
            assertThat(producers.getFirst().transactionAborted()).isTrue();
        }

        @Test
        void rejectedOffsetIsReported() {
            var log =
                    log(
                            it ->
                                    it.sendOffsetsToTransactionException =
                                            new KafkaException(
                                                    "Unexpected error in TxnOffsetCommitResponse:"
                                                            + " The metadata field of the offset"
                                                            + " request was too large."));

            assertThat(commit(log))
                    .isInstanceOfSatisfying(
                            Commit.Rejected.class, it -> assertThat(it.refused()).isEmpty());
        }

        @Test
        void forbiddenTopicIsReported() {
            var log =
                    log(
                            it ->
                                    it.commitTransactionException =
                                            new KafkaException(
                                                    "in an error state",
                                                    new TopicAuthorizationException("results")));

            assertThat(commit(log)).isInstanceOf(Commit.Rejected.class);
        }

        @Test
        void missingAnswerLeavesTheOutcomeUnknown() {
            var log = log(it -> it.commitTransactionException = new TimeoutException("late"));

            assertThat(commit(log))
                    .isInstanceOfSatisfying(
                            Commit.OutcomeUnknown.class, it -> assertThat(it.fenced()).isFalse());
        }

        @Test
        void missingAnswerToTheOffsetsLeavesTheOutcomeUnknown() {
            var log =
                    log(it -> it.sendOffsetsToTransactionException = new TimeoutException("late"));

            assertThat(commit(log)).isInstanceOf(Commit.OutcomeUnknown.class);
        }

        @Test
        void wrappedFencingIsReported() {
            for (RuntimeException fenced :
                    List.of(
                            new ProducerFencedException("x"),
                            new InvalidProducerEpochException("x"),
                            new KafkaException("wrapped", new ProducerFencedException("x")))) {
                producers.clear();
                var log = log(it -> it.commitTransactionException = fenced);

                assertThat(commit(log))
                        .isInstanceOfSatisfying(
                                Commit.OutcomeUnknown.class,
                                it -> assertThat(it.fenced()).isTrue());
            }
        }

        @Test
        void logCanBeReopened() {
            var log = log(it -> it.commitTransactionException = new TimeoutException("late"));
            commit(log);

            assertThat(log.open()).isEmpty();
            assertThat(producers.getFirst().closed()).isTrue();
            assertThat(commit(log)).isEqualTo(new Commit.Done());
        }
    }

    @Nested
    class TooLargeRecords {
        private static final int LIMIT = 10;

        /**
         * Fails as the client does: the first too large record fails, and with it all waiting
         * records.
         */
        private static final class Limited extends MockProducer<byte[], byte[]> {
            private final List<Callback> waiting = new ArrayList<>();
            private final KafkaException tooLarge;
            private @Nullable KafkaException failure;

            Limited(KafkaException tooLarge) {
                this.tooLarge = tooLarge;
                super(false, null, new ByteArraySerializer(), new ByteArraySerializer());
            }

            @Override
            public synchronized Future<RecordMetadata> send(
                    ProducerRecord<byte[], byte[]> record, Callback callback) {
                if (failure == null && record.value().length > LIMIT) {
                    failure = tooLarge;
                    callback.onCompletion(null, failure);
                } else {
                    waiting.add(callback);
                }
                return super.send(record, (_, _) -> {});
            }

            @Override
            public void commitTransaction() {
                waiting.forEach(it -> it.onCompletion(null, failure));
                throw new KafkaException("in an error state", failure);
            }
        }

        private static ProducerRecord<byte[], byte[]> record(String topic, int bytes) {
            return new ProducerRecord<>(topic, new byte[] {1}, new byte[bytes]);
        }

        private final ProducerRecord<byte[], byte[]> large = record("results", 20);
        private final ProducerRecord<byte[], byte[]> larger = record("results", 30);

        @Test
        void onlyTooLargeRecordsAreNamed() {
            assertThat(named(new RecordTooLargeException("too large"), false))
                    .containsExactly(large, larger);
        }

        @Test
        void batchLargerThanASegmentIsNamed() {
            assertThat(named(new RecordBatchTooLargeException("larger than a segment"), false))
                    .containsExactly(large, larger);
        }

        @Test
        void onlyFirstTooLargeRecordIsNamedWithCompression() {
            assertThat(named(new RecordTooLargeException("too large"), true))
                    .containsExactly(large);
        }

        private List<ProducerRecord<byte[], byte[]>> named(
                KafkaException tooLarge, boolean isCompressed) {
            var log =
                    new KafkaResultLog(
                            () -> new Limited(tooLarge),
                            isCompressed,
                            "jobs.m2"::equals,
                            PARTITIONS);
            log.open();
            var records =
                    List.of(
                            record("results", 5),
                            large,
                            record("costs", 25),
                            larger,
                            record("results", 9));

            var commit = log.commit(new Transaction(records, Map.of(), GROUP));
            return ((Commit.Rejected) commit).refused();
        }
    }

    @Nested
    class AHandOver {
        private static final ProducerRecord<byte[], byte[]> JOB =
                new ProducerRecord<>("jobs.m2", new byte[] {1}, new byte[] {2});

        private final ProducerRecord<byte[], byte[]> result =
                new ProducerRecord<>("results", new byte[] {1}, new byte[] {2});

        private Commit commit(RuntimeException problem) {
            var log =
                    new KafkaResultLog(
                            () ->
                                    new MockProducer<>(
                                            true,
                                            null,
                                            new ByteArraySerializer(),
                                            new ByteArraySerializer()) {
                                        @Override
                                        public List<PartitionInfo> partitionsFor(String topic) {
                                            throw problem;
                                        }
                                    },
                            false,
                            JOB.topic()::equals,
                            PARTITIONS);
            log.open();
            return log.commit(new Transaction(List.of(result, JOB), Map.of(), GROUP));
        }

        @Test
        void missingTopicRefusesItsJobsBeforeTheTransactionBegins() {
            var missing =
                    new TimeoutException(
                            "Topic jobs.m2 not present in metadata",
                            new UnknownTopicOrPartitionException("unknown"));

            assertThat(commit(missing))
                    .isEqualTo(
                            new Commit.Rejected(
                                    "UnknownTopicOrPartitionException: unknown", List.of(JOB)));
        }

        @Test
        void topicThatMayNotBeDescribedRefusesItsJobs() {
            assertThat(commit(new TopicAuthorizationException("no")))
                    .isInstanceOfSatisfying(
                            Commit.Rejected.class,
                            it -> assertThat(it.refused()).containsExactly(JOB));
        }

        @Test
        void unreachableClusterAbortsTheTransaction() {
            assertThat(commit(new TimeoutException("no broker")))
                    .isInstanceOf(Commit.Aborted.class);
        }

        @Test
        void topicThatMayNotBeWrittenRefusesItsJobs() {
            var log =
                    new KafkaResultLog(
                            () ->
                                    new MockProducer<>(
                                            true,
                                            null,
                                            new ByteArraySerializer(),
                                            new ByteArraySerializer()) {
                                        @Override
                                        public void sendOffsetsToTransaction(
                                                Map<TopicPartition, OffsetAndMetadata> offsets,
                                                ConsumerGroupMetadata group) {
                                            throw new KafkaException(
                                                    new TopicAuthorizationException(
                                                            Set.of(JOB.topic(), "results")));
                                        }
                                    },
                            false,
                            JOB.topic()::equals,
                            PARTITIONS);
            log.open();

            var commit = log.commit(new Transaction(List.of(result, JOB), Map.of(), GROUP));

            assertThat(commit)
                    .isInstanceOfSatisfying(
                            Commit.Rejected.class,
                            it -> assertThat(it.refused()).containsExactly(JOB));
        }
    }

    @Nested
    class AFailedOpening {
        @Test
        void temporaryFailureCanBeRetried() {
            var log = log(it -> it.initTransactionException = new TimeoutException("no broker"));

            assertThat(producers.getFirst().closed()).isTrue();
            assertThat(log.open()).isEmpty();
        }

        @Test
        void missingPermissionIsReportedAndCanBeRetried() {
            var log =
                    log(
                            it ->
                                    it.initTransactionException =
                                            new TransactionalIdAuthorizationException("no"));

            assertThat(log.open()).isEmpty();
        }

        @Test
        void unresolvableBrokersAreReportedAndCanBeRetried() {
            var log =
                    new KafkaResultLog(
                            () -> {
                                throw new KafkaException(
                                        "Failed to construct kafka producer",
                                        new ConfigException(
                                                "No resolvable bootstrap urls given in"
                                                        + " bootstrap.servers"));
                            },
                            false,
                            "jobs.m2"::equals,
                            PARTITIONS);

            assertThat(log.open())
                    .hasValueSatisfying(it -> assertThat(it).contains("No resolvable"));
            assertThat(log.open()).isPresent();
        }

        @Test
        void invalidPropertyThrows() {
            var log =
                    new KafkaResultLog(
                            () -> {
                                throw new ConfigException("compression.type", "foo");
                            },
                            false,
                            "jobs.m2"::equals,
                            PARTITIONS);

            assertThatThrownBy(log::open).isInstanceOf(ConfigException.class);
        }
    }
}
