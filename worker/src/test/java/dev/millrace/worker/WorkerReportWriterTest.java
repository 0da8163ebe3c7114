package dev.millrace.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.WorkerConfig;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.LimitOrigin;
import dev.millrace.contracts.control.WorkerReport;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.waiting.Waiting;
import dev.millrace.contracts.waiting.WaitingReason;
import dev.millrace.worker.answer.Billing;
import dev.millrace.worker.answer.Verdict;
import dev.millrace.worker.breaker.BreakerReporter;
import dev.millrace.worker.breaker.Breakers;
import dev.millrace.worker.breaker.KeyChoice;
import dev.millrace.worker.breaker.OpenBreaker;
import dev.millrace.worker.loop.LoopReport;
import dev.millrace.worker.port.LoopClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class WorkerReportWriterTest {
    private static final Duration OPEN_FOR = Duration.ofSeconds(30);

    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    private Instant now = Instant.parse("2026-11-20T12:00:00Z");
    private List<OpenBreaker> open = List.of();
    private List<WorkerReport.Doubt> doubts = List.of();
    private List<Waiting> waits = List.of();
    private List<WorkerReport.Learned> limits = List.of();
    private final WorkerReportWriter writer =
            new WorkerReportWriter(
                    "w1",
                    "control",
                    () -> producer,
                    () -> new LoopReport(open, doubts, waits, limits),
                    () -> now);

    /** Returns the breakers after a call with a rejected key. */
    private List<OpenBreaker> rejectedKey(String message) {
        var settings =
                new WorkerConfig.Breaker(50, 100, Duration.ofSeconds(60), 20, 10, OPEN_FOR, 1);
        var breakers =
                new Breakers(
                        settings,
                        new LoopClock(() -> now, () -> 0),
                        _ -> 1,
                        new BreakerReporter(new SimpleMeterRegistry()));
        var model = Model.of("m", "p", Price.of("1", "2"));
        var call = new Object();
        int key = breakers.reserve(call, model, KeyChoice.inTurn(_ -> true), 0);
        breakers.onSent(call, model, key, 0);
        var verdict =
                new Verdict.Failed(
                        ErrorCode.AUTHENTICATION_ERROR, message, null, null, Billing.NOTHING);
        var _ = breakers.complete(call, model, key, verdict, Duration.ZERO, 0);
        return breakers.open();
    }

    private void pass(Duration time) {
        now = now.plus(time);
        writer.runOnce();
    }

    private ControlState control() {
        var state = ControlState.EMPTY;
        for (ProducerRecord<byte[], byte[]> record : producer.history()) {
            state = state.with(new String(record.key(), UTF_8), record.value());
        }
        return state;
    }

    private WorkerReport list() {
        return Objects.requireNonNull(control().workers().get("w1"));
    }

    @Nested
    class WhileAllBreakersAreClosed {
        @Test
        void nothingIsWritten() {
            writer.runOnce();
            pass(Duration.ofDays(1));

            assertThat(producer.history()).isEmpty();
        }
    }

    @Nested
    class WhileCountsAreDoubtful {
        private static final WorkerReport.Doubt FIRST = new WorkerReport.Doubt("m", "total", 1);
        private static final WorkerReport.Doubt MORE = new WorkerReport.Doubt("m", "total", 9);
        private static final WorkerReport.Doubt OTHER = new WorkerReport.Doubt("m", "negative", 1);

        @Test
        void theFirstOfEachKindIsWrittenAtOnce() {
            doubts = List.of(FIRST);
            writer.runOnce();
            assertThat(list().doubts()).containsExactly(FIRST);

            doubts = List.of(FIRST, OTHER);
            pass(Duration.ofSeconds(1));
            assertThat(list().doubts()).containsExactly(FIRST, OTHER);
        }

        @Test
        void furtherOnesAreWrittenWithTheNextRepetition() {
            doubts = List.of(FIRST);
            writer.runOnce();
            doubts = List.of(MORE);
            pass(Duration.ofSeconds(1));
            assertThat(producer.history()).hasSize(1);

            pass(WorkerReport.REPEAT);
            assertThat(list().doubts()).containsExactly(MORE);
            assertThat(list().open()).isEmpty();
        }

        @Test
        void theListExpiresWithTheWorker() {
            doubts = List.of(FIRST);
            writer.runOnce();
            writer.end();

            assertThat(list().expires()).isBefore(now);
        }
    }

    @Nested
    class WhileJobsWait {
        private static Waiting waiting(WaitingReason reason, String value) {
            return new Waiting("m", Optional.empty(), reason, value, Optional.empty(), 0);
        }

        private void waitFor(Waiting... rows) {
            waits = List.of(rows);
            writer.runOnce();
            pass(Duration.ofSeconds(1));
        }

        @Test
        void reasonIsWrittenAfterASecond() {
            var limit = waiting(WaitingReason.CONFIGURED_LIMIT, "limit: 60");
            waits = List.of(limit);
            writer.runOnce();
            assertThat(producer.history()).isEmpty();

            pass(Duration.ofSeconds(1));

            assertThat(list().waits()).containsExactly(limit);
        }

        @Test
        void otherAmountIsWrittenWithTheNextRepetition() {
            waitFor(waiting(WaitingReason.FOUND_LIMIT, "12 calls a minute"));
            var more = waiting(WaitingReason.FOUND_LIMIT, "13 calls a minute");
            waits = List.of(more);
            pass(WorkerReportWriter.WAITS_INTERVAL);
            assertThat(producer.history()).hasSize(1);

            pass(WorkerReport.REPEAT);

            assertThat(list().waits()).containsExactly(more);
        }

        @Test
        void reasonsThatChangeAllTheTimeAreWrittenNowAndThen() {
            for (int i = 0; i < 30; i++) {
                waitFor(waiting(i % 2 == 0 ? WaitingReason.SLOTS : WaitingReason.FOUND_LIMIT, ""));
            }

            assertThat(producer.history().size())
                    .isBetween(2, 31 / (int) WorkerReportWriter.WAITS_INTERVAL.toSeconds() + 1);
        }

        @Test
        void reportIsRemovedWhenNoJobWaits() {
            waitFor(waiting(WaitingReason.SLOTS, ""));
            waits = List.of();
            pass(WorkerReportWriter.WAITS_INTERVAL);

            assertThat(control().workers()).isEmpty();
        }
    }

    @Nested
    class WithLearnedLimits {
        private void learn(LimitOrigin origin, long limit) {
            limits = List.of(new WorkerReport.Learned("models.m.limits", origin, limit, 7));
        }

        @Test
        void newLimitIsWritten() {
            learn(LimitOrigin.NAMED, 60);
            writer.runOnce();

            assertThat(list().limits()).isEqualTo(limits);
        }

        @Test
        void otherAmountIsWrittenWithTheNextRepetition() {
            learn(LimitOrigin.FOUND, 60);
            writer.runOnce();
            learn(LimitOrigin.FOUND, 61);
            pass(WorkerReportWriter.WAITS_INTERVAL);
            assertThat(producer.history()).hasSize(1);

            pass(WorkerReport.REPEAT);

            assertThat(list().limits()).isEqualTo(limits);
        }
    }

    @Nested
    class WhileABreakerIsOpen {
        @Test
        void listNamesCauseTimeAndNextTrial() {
            open = rejectedKey("the provider answered 401");
            writer.runOnce();

            assertThat(list().expires()).isEqualTo(now.plus(WorkerReport.VALIDITY));
            assertThat(list().open())
                    .containsExactly(
                            new WorkerReport.Open(
                                    "key 1 of p",
                                    "authentication_error",
                                    "the provider answered 401",
                                    now,
                                    now.plus(OPEN_FOR),
                                    true));
        }

        @Test
        void unchangedListIsRepeatedBeforeItExpires() {
            open = rejectedKey("no");
            writer.runOnce();
            pass(WorkerReport.REPEAT.minusNanos(1));
            assertThat(producer.history()).hasSize(1);

            pass(Duration.ofNanos(1));

            assertThat(producer.history()).hasSize(2);
            assertThat(list().expires()).isEqualTo(now.plus(WorkerReport.VALIDITY));
        }

        @Test
        void longReasonIsCut() {
            open = rejectedKey("x".repeat(5_000));
            writer.runOnce();

            assertThat(list().open().getFirst().reason()).hasSizeLessThan(500).endsWith("…");
        }

        @Test
        void failedWriteIsRepeated() {
            open = rejectedKey("no");
            producer.sendException = new KafkaException("no permission");
            writer.runOnce();
            producer.sendException = null;

            writer.runOnce();

            assertThat(list().open()).hasSize(1);
        }
    }

    @Nested
    class WhenTheWorkerEnds {
        @Test
        void listExpiresAndIsNotRemoved() {
            open = rejectedKey("no");
            writer.runOnce();

            writer.end();

            assertThat(list().expires()).isBefore(now);
            assertThat(list().open()).isEmpty();
        }
    }

    @Nested
    class WhenAllBreakersHaveClosed {
        @Test
        void listIsRemovedOnce() {
            open = rejectedKey("no");
            writer.runOnce();
            open = List.of();
            writer.runOnce();
            pass(Duration.ofDays(1));

            assertThat(control().workers()).isEmpty();
            assertThat(producer.history()).hasSize(2);
        }
    }
}
