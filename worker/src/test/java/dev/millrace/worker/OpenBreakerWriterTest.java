package dev.millrace.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.config.WorkerConfig;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.WorkerBreakers;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.money.Price;
import dev.millrace.worker.answer.Billing;
import dev.millrace.worker.answer.Verdict;
import dev.millrace.worker.breaker.BreakerReporter;
import dev.millrace.worker.breaker.Breakers;
import dev.millrace.worker.breaker.OpenBreaker;
import dev.millrace.worker.port.LoopClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class OpenBreakerWriterTest {
    private static final Duration OPEN_FOR = Duration.ofSeconds(30);

    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    private Instant now = Instant.parse("2026-11-20T12:00:00Z");
    private List<OpenBreaker> open = List.of();
    private List<WorkerBreakers.Doubt> doubts = List.of();
    private final OpenBreakerWriter writer =
            new OpenBreakerWriter(
                    "w1", "control", () -> producer, () -> open, () -> doubts, () -> now);

    /** Returns the breakers after a call whose key was rejected. */
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
        int key = breakers.reserve(call, model, _ -> true, 0);
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

    private WorkerBreakers list() {
        return Objects.requireNonNull(control().breakers().get("w1"));
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
        private static final WorkerBreakers.Doubt FIRST = new WorkerBreakers.Doubt("m", "total", 1);
        private static final WorkerBreakers.Doubt MORE = new WorkerBreakers.Doubt("m", "total", 9);
        private static final WorkerBreakers.Doubt OTHER =
                new WorkerBreakers.Doubt("m", "negative", 1);

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

            pass(OpenBreakerWriter.REPEAT);
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
    class WhileABreakerIsOpen {
        @Test
        void listNamesCauseTimeAndNextTrial() {
            open = rejectedKey("the provider answered 401");
            writer.runOnce();

            assertThat(list().expires()).isEqualTo(now.plus(OpenBreakerWriter.VALID));
            assertThat(list().open())
                    .containsExactly(
                            new WorkerBreakers.Open(
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
            pass(OpenBreakerWriter.REPEAT.minusNanos(1));
            assertThat(producer.history()).hasSize(1);

            pass(Duration.ofNanos(1));

            assertThat(producer.history()).hasSize(2);
            assertThat(list().expires()).isEqualTo(now.plus(OpenBreakerWriter.VALID));
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

            assertThat(control().breakers()).isEmpty();
            assertThat(producer.history()).hasSize(2);
        }
    }
}
