package dev.millrace.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contracts.control.AppliedPolicy;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.OperatorCommand;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.control.ControlWriter.Change;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.clients.producer.internals.TransactionManager;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ControlWriterTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    private final FakeControlTopic topic = new FakeControlTopic();
    private final List<MockProducer<byte[], byte[]>> producers = new ArrayList<>();
    private RuntimeException commitFailure = new ProducerFencedException("another one writes");
    private boolean isCommittedBeforeFailing;
    private boolean isFirstCommitFailing = true;

    /** The brokers' clock; null if the topic keeps the times of clients. */
    private @Nullable Instant brokerTime;

    private final List<Integer> decided = new ArrayList<>();

    private final ControlWriter writer =
            new ControlWriter(
                    FakeControlTopic.NAME,
                    new ControlWriter.Clients(topic::reader, this::producer),
                    new SplittableRandom(7));

    /** Fails the first commit with a given exception; later producers commit normally. */
    private Producer<byte[], byte[]> producer() {
        var isFirst = isFirstCommitFailing && producers.isEmpty();
        var producer =
                new MockProducer<byte[], byte[]>(
                        true, null, new ByteArraySerializer(), new ByteArraySerializer()) {
                    @Override
                    public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
                        var _ = super.send(record);
                        Long own = record.timestamp();
                        long clients = own == null ? -1 : own;
                        long millis = brokerTime == null ? clients : brokerTime.toEpochMilli();
                        return CompletableFuture.completedFuture(
                                new RecordMetadata(
                                        new TopicPartition(FakeControlTopic.NAME, 0),
                                        0,
                                        0,
                                        millis,
                                        0,
                                        0));
                    }

                    @Override
                    public void commitTransaction() {
                        if (!isFirst || isCommittedBeforeFailing) {
                            uncommittedRecords().forEach(topic::add);
                        }
                        if (isFirst) {
                            throw commitFailure;
                        }
                        super.commitTransaction();
                    }
                };
        producers.add(producer);
        return producer;
    }

    private static ControlRecord version(int number) {
        return new AppliedPolicy("default", number, Policy.SHIPPED, NOON, "test", Optional.empty())
                .record();
    }

    private Change<Integer> next(ControlState state) {
        var next = state.lastVersion("default") + 1;
        decided.add(next);
        return new Change<>(List.of(version(next)), next);
    }

    @Nested
    class WhenItIsFencedAfterASuccessfulCommit {
        @BeforeEach
        void commitBeforeFailing() {
            isCommittedBeforeFailing = true;
        }

        @Test
        void writerDoesNotDecideAgain() {
            assertThat(writer.write(ControlWriterTest.this::next)).isEqualTo(1);

            assertThat(decided).containsExactly(1);
            assertThat(producers.getLast().commitCount()).isZero();
        }

        @Test
        void removalIsWrittenOnce() {
            commitFailure = new InvalidProducerEpochException("another one writes");
            var removal = ControlRecord.removal(new ControlKey.PauseAll());

            var result =
                    writer.write(
                            _ -> {
                                decided.add(0);
                                return new Change<>(List.of(removal), "resumed");
                            });

            assertThat(result).isEqualTo("resumed");
            assertThat(decided).hasSize(1);
        }
    }

    @Nested
    class WhenItIsFencedBeforeItsCommit {
        @Test
        void writerDecidesAgainEvenAfterAnEqualChangeOfTheOtherWriter() {
            var result =
                    writer.write(
                            state -> {
                                var change = next(state);
                                if (producers.size() == 1) {
                                    topic.add(version(1));
                                }
                                return change;
                            });

            assertThat(result).isEqualTo(2);
            assertThat(decided).containsExactly(1, 2);
            assertThat(producers.getLast().commitCount()).isEqualTo(1);
        }

        @Test
        void writerDecidesAgainIfTheBrokerReportsThatItHasAbortedTheTransaction() {
            commitFailure = new InvalidTxnStateException("the transaction is aborted");

            assertThat(writer.write(ControlWriterTest.this::next)).isEqualTo(1);
            assertThat(decided).containsExactly(1, 1);
        }

        @Test
        void writerDecidesAgainIfTheBrokerFailsOnTheCommit() {
            commitFailure = unexpectedError();

            assertThat(writer.write(ControlWriterTest.this::next)).isEqualTo(1);
            assertThat(decided).containsExactly(1, 1);
        }

        /** Returns the exception of a client that does not expect the error of a response. */
        private static KafkaException unexpectedError() {
            var failure = new KafkaException("Unhandled error in EndTxnResponse");
            var handler = TransactionManager.class.getName() + "$EndTxnHandler";
            failure.setStackTrace(
                    new StackTraceElement[] {
                        new StackTraceElement(handler, "handleResponse", null, -1)
                    });
            return failure;
        }
    }

    @Nested
    class WhenAChangeDependsOnTheTime {
        private static final ControlKey.CancelBatch BATCH = new ControlKey.CancelBatch("t", "b");

        private static final JobId JOB = JobId.of("t", "b", "1");

        private final List<Instant> given = new ArrayList<>();

        @BeforeEach
        void commit() {
            isFirstCommitFailing = false;
        }

        private Change<Boolean> cancel(ControlState state, Instant now) {
            given.add(now);
            return new Change<>(List.of(new OperatorCommand(now, "test").record(BATCH)), true);
        }

        /** A broker's clock that is ahead is a machine's clock that is slow. */
        @ParameterizedTest
        @ValueSource(ints = {-60, 0, 60})
        void changeGetsTheTimeOfTheBrokersWhateverTheMachinesClock(int secondsAhead) {
            Instant broker =
                    InstantSource.system()
                            .instant()
                            .plusSeconds(secondsAhead)
                            .truncatedTo(ChronoUnit.MILLIS);
            brokerTime = broker;

            assertThat(writer.write(this::cancel)).isTrue();

            assertThat(given).containsExactly(broker);
            var state = topic.reader().readToEnd();
            assertThat(state.isCancelled("t", "b", JOB, broker)).isTrue();
            assertThat(state.isCancelled("t", "b", JOB, broker.plusMillis(1))).isFalse();
        }

        @Test
        void nothingIsDecidedIfTheTopicKeepsTheTimesOfClients() {
            assertThatThrownBy(() -> writer.write(this::cancel))
                    .hasMessage(
                            "The topic control has the clocks of its clients"
                                    + " (message.timestamp.type is not LogAppendTime), so the time"
                                    + " of the command is uncertain. Run \"millrace topics"
                                    + " apply\"");

            assertThat(given).isEmpty();
            assertThat(topic.reader().readToEnd().cancellations()).isEmpty();
        }
    }

    @Nested
    class WhenTheCommitFailsOtherwise {
        @Test
        void callerGetsTheException() {
            commitFailure = new TimeoutException("no answer");

            assertThatThrownBy(() -> writer.write(ControlWriterTest.this::next))
                    .isInstanceOf(TimeoutException.class);
            assertThat(decided).hasSize(1);
        }
    }
}
