package dev.millrace.worker.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.worker.port.ResultLog.Commit;
import dev.millrace.worker.port.ResultLog.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class KafkaResultLogTest {
    private static final ConsumerGroupMetadata GROUP =
            new MockConsumer<byte[], byte[]>("earliest").groupMetadata();
    private static final TopicPartition JOBS = new TopicPartition("jobs", 0);

    private final List<MockProducer<byte[], byte[]>> producers = new ArrayList<>();

    /** An open log whose first producer the test has prepared. */
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
                        });
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
    class ATransactionThatGoesWell {
        @Test
        void holdsRecordsAndOffsets() {
            assertThat(commit(log(_ -> {}))).isEqualTo(new Commit.Done());

            assertThat(producers.getFirst().history()).hasSize(1);
            assertThat(producers.getFirst().consumerGroupOffsetsHistory().getFirst())
                    .containsKey(GROUP.groupId());
        }
    }

    @Nested
    class ARecordThatNamesAPartition {
        private static final Node NODE = new Node(0, "localhost", 9);

        /** A log whose results have two partitions. */
        private KafkaResultLog log() {
            return new KafkaResultLog(
                    () -> {
                        var producer =
                                new MockProducer<>(
                                        twoPartitions(),
                                        true,
                                        new RoundRobinPartitioner(),
                                        new ByteArraySerializer(),
                                        new ByteArraySerializer());
                        producers.add(producer);
                        return producer;
                    });
        }

        private Cluster twoPartitions() {
            var nodes = new Node[] {NODE};
            return new Cluster(
                    "c",
                    List.of(NODE),
                    List.of(
                            new PartitionInfo("results", 0, NODE, nodes, nodes),
                            new PartitionInfo("results", 1, NODE, nodes, nodes)),
                    Set.of(),
                    Set.of());
        }

        private ProducerRecord<byte[], byte[]> sentTo(@Nullable Integer partition) {
            var log = log();
            log.open();
            var headers = new RecordHeaders().add("h", new byte[] {3});
            var record =
                    new ProducerRecord<>(
                            "results", partition, new byte[] {1}, new byte[] {2}, headers);
            log.commit(new Transaction(List.of(record), Map.of(), GROUP));
            return producers.getFirst().history().getFirst();
        }

        @Test
        void goesThere() {
            assertThat(sentTo(1).partition()).isEqualTo(1);
        }

        @Test
        void goesByItsKeyWhenItsTopicDoesNotHaveThatPartition() {
            var sent = sentTo(2);

            assertThat(sent.partition()).isNull();
            assertThat(sent.key()).containsExactly(1);
            assertThat(sent.value()).containsExactly(2);
            assertThat(sent.headers().lastHeader("h").value()).containsExactly(3);
        }
    }

    @Nested
    class ATransactionThatFails {
        @Test
        void forAStaleMemberIsAborted() {
            var log = log(it -> it.sendOffsetsToTransactionException = new CommitFailedException());

            assertThat(commit(log)).isInstanceOf(Commit.Aborted.class);
            assertThat(producers.getFirst().transactionAborted()).isTrue();
        }

        @Test
        void withoutAnAnswerIsInDoubt() {
            var log = log(it -> it.commitTransactionException = new TimeoutException("late"));

            assertThat(commit(log))
                    .isInstanceOfSatisfying(
                            Commit.Doubtful.class, it -> assertThat(it.fenced()).isFalse());
        }

        @Test
        void withoutAnAnswerToItsOffsetsIsInDoubtToo() {
            var log =
                    log(it -> it.sendOffsetsToTransactionException = new TimeoutException("late"));

            assertThat(commit(log)).isInstanceOf(Commit.Doubtful.class);
        }

        @Test
        void byFencingSaysSoAlsoWhenItIsWrapped() {
            for (RuntimeException fenced :
                    List.of(
                            new ProducerFencedException("x"),
                            new InvalidProducerEpochException("x"),
                            new KafkaException("wrapped", new ProducerFencedException("x")))) {
                producers.clear();
                var log = log(it -> it.commitTransactionException = fenced);

                assertThat(commit(log))
                        .isInstanceOfSatisfying(
                                Commit.Doubtful.class, it -> assertThat(it.fenced()).isTrue());
            }
        }

        @Test
        void leavesALogThatCanBeOpenedAnew() {
            var log = log(it -> it.commitTransactionException = new TimeoutException("late"));
            commit(log);

            assertThat(log.open()).isEmpty();
            assertThat(producers.getFirst().closed()).isTrue();
            assertThat(commit(log)).isEqualTo(new Commit.Done());
        }
    }

    @Nested
    class ALogThatCannotBeOpened {
        @Test
        void yetCanBeTriedAgain() {
            var log = log(it -> it.initTransactionException = new TimeoutException("no broker"));

            assertThat(producers.getFirst().closed()).isTrue();
            assertThat(log.open()).isEmpty();
        }

        @Test
        void becauseItIsForbiddenSaysSoAndCanBeTriedAgain() {
            var log =
                    log(
                            it ->
                                    it.initTransactionException =
                                            new TransactionalIdAuthorizationException("no"));

            assertThat(log.open()).isEmpty();
        }

        @Test
        void becauseNoBrokerNameIsResolvedSaysSoAndCanBeTriedAgain() {
            var log =
                    new KafkaResultLog(
                            () -> {
                                throw new KafkaException(
                                        "Failed to construct kafka producer",
                                        new ConfigException(
                                                "No resolvable bootstrap urls given in"
                                                        + " bootstrap.servers"));
                            });

            assertThat(log.open())
                    .hasValueSatisfying(it -> assertThat(it).contains("No resolvable"));
            assertThat(log.open()).isPresent();
        }

        @Test
        void becauseOfAWrongPropertyThrows() {
            var log =
                    new KafkaResultLog(
                            () -> {
                                throw new ConfigException("compression.type", "foo");
                            });

            assertThatThrownBy(log::open).isInstanceOf(ConfigException.class);
        }
    }
}
