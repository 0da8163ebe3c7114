package dev.millrace.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contracts.control.AppliedPolicy;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.control.ControlWriter.Change;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.internals.TransactionManager;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ControlWriterTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    private final FakeControlTopic topic = new FakeControlTopic();
    private final List<MockProducer<byte[], byte[]>> producers = new ArrayList<>();
    private RuntimeException commitFailure = new ProducerFencedException("another one writes");
    private boolean isCommittedBeforeFailing;
    private final List<Integer> decided = new ArrayList<>();

    private final ControlWriter writer =
            new ControlWriter(
                    FakeControlTopic.NAME,
                    new ControlWriter.Clients(topic::reader, this::producer),
                    new SplittableRandom(7));

    /** Fails the first commit with a given exception; later producers commit normally. */
    private Producer<byte[], byte[]> producer() {
        var isFirst = producers.isEmpty();
        var producer =
                new MockProducer<byte[], byte[]>(
                        true, null, new ByteArraySerializer(), new ByteArraySerializer()) {
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
