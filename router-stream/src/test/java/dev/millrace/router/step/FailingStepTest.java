package dev.millrace.router.step;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.result.Calls;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.contracts.result.EndWriter;
import dev.millrace.contracts.result.JobEnd;
import dev.millrace.contracts.result.JobTimes;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.contracts.result.Route;
import dev.millrace.router.dedupe.InMemorySeenJobs;
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.feature.EndForwarder;
import dev.millrace.router.feature.StepNames;
import dev.millrace.router.guards.Canaries;
import dev.millrace.router.message.FixedBacklog;
import dev.millrace.router.message.RouterMetrics;
import dev.millrace.router.message.RoutingMessage;
import dev.millrace.router.message.RoutingMessage.Rejection;
import dev.millrace.router.topology.RouterDriver;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.errors.TaskMigratedException;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that a failing decision ends only its own record. */
class FailingStepTest {
    private static final String NORMAL = "test.jobs.small.normal";

    private final RouterDriver router = new RouterDriver();

    @AfterEach
    void close() {
        router.close();
    }

    private void failOn(String name, Supplier<? extends RuntimeException> failure) {
        router.onLookup =
                it -> {
                    if (it.equals(name)) {
                        throw failure.get();
                    }
                };
    }

    private double failuresIn(String step) {
        return router.count("millrace.router.internal.errors", "step", step);
    }

    private List<String> errors() {
        return router.results().stream()
                .map(it -> String.valueOf(ResultView.read(it.value()).errorCode()))
                .toList();
    }

    private void corruptSeenJob(String customId) {
        byte[] id = HexFormat.of().parseHex(JobId.of("default", "default", customId).value());
        router.seenJobs().put(Bytes.wrap(id), new byte[] {9});
    }

    /** Throws an undeclared checked exception, as code in another JVM language can. */
    @SuppressWarnings("unchecked")
    private static <E extends Throwable> void sneak(Throwable failure) throws E {
        throw (E) failure;
    }

    private void classifierThrows(Throwable failure) {
        var classifier = router.classifier;
        router.classifier =
                (line, now) -> {
                    if (line.customId().equals("bad")) {
                        FailingStepTest.<RuntimeException>sneak(failure);
                    }
                    return classifier.classify(line, now);
                };
    }

    @Nested
    class WhenAClassifierThrows {
        static Stream<Throwable> failures() {
            return Stream.of(
                    new IllegalStateException("secret"),
                    new IOException("not declared"),
                    new StackOverflowError(),
                    new AssertionError("never"),
                    new NoClassDefFoundError("missing"));
        }

        @ParameterizedTest
        @MethodSource("failures")
        void jobEndsAsAnInternalErrorAndTheNextJobIsRouted(Throwable failure) {
            classifierThrows(failure);

            router.send(RouterDriver.line("bad", "small"));
            router.send(RouterDriver.line("good", "small"));

            var result = router.results().getFirst();
            assertThat(ResultView.read(result.value()).errorCode()).isEqualTo("internal_error");
            assertThat(new String(result.value(), UTF_8))
                    .contains("step \\\"plan\\\"", failure.getClass().getSimpleName())
                    .doesNotContain("secret");
            assertThat(router.costs()).hasSize(1);
            assertThat(router.jobs("small")).hasSize(1);
            assertThat(failuresIn(StepNames.PLAN)).isOne();
            assertThat(router.count("millrace.router.refused", "code", "internal_error")).isOne();
        }

        @Test
        void jobHasEndedOnceItsCostEventIsRead() {
            classifierThrows(new IllegalStateException());
            router.send(RouterDriver.line("bad", "small"));

            router.send(RouterDriver.line("bad", "small"));

            assertThat(router.deadLetters())
                    .extracting(it -> DeadLetter.read(it.headers()).reason())
                    .containsExactly("duplicate");
        }
    }

    @Nested
    class WhenTheFailureDoesNotConcernTheRecord {
        @Test
        void jvmErrorStopsTheThread() {
            classifierThrows(new OutOfMemoryError("test"));

            assertThatThrownBy(() -> router.send(RouterDriver.line("bad", "small")))
                    .isInstanceOf(OutOfMemoryError.class);
        }

        @Test
        void kafkaExceptionStopsTheThread() {
            failOn(NORMAL, () -> new TaskMigratedException("fenced"));

            assertThatThrownBy(() -> router.send(RouterDriver.line("a", "small")))
                    .hasStackTraceContaining("fenced");
        }
    }

    @Nested
    class WhenValidateFails {
        @Test
        void recordBecomesADeadLetterWithItsBytes() {
            var context = new MockProcessorContext<byte[], Object>();
            context.setRecordMetadata("unknown", 2, 7);
            context.setCurrentSystemTimeMs(0);
            var step =
                    new ValidateStep(
                            Map.of(),
                            RequestMovingTest.mover(1, Integer.MAX_VALUE),
                            _ -> InMemorySeenJobs.nothingHandled(),
                            "retrieved",
                            List.of(),
                            FixedBacklog.NONE,
                            new InternalErrors(router.meters));
            step.init(context);

            step.process(new Record<>(null, "{}".getBytes(UTF_8), 0));

            assertThat(context.forwarded()).hasSize(1);
            assertThat(context.forwarded().getFirst().childName()).contains(StepNames.BURY);
            assertThat(context.forwarded().getFirst().record().value())
                    .isInstanceOfSatisfying(
                            RoutingMessage.DeadLetterRecord.class,
                            it -> {
                                assertThat(it.reason()).isEqualTo(ErrorCode.INTERNAL_ERROR);
                                assertThat(it.bytes()).isEqualTo("{}".getBytes(UTF_8));
                                assertThat(it.origin())
                                        .isEqualTo(new RoutingMessage.Origin("unknown", 2, 7));
                            });
        }
    }

    @Nested
    class WhenASeenJobCannotBeDecoded {
        @Test
        void requestOfThatJobBecomesADeadLetterAndOtherJobsAreRouted() {
            corruptSeenJob("bad");

            router.send(RouterDriver.line("bad", "small"));
            router.send(RouterDriver.line("good", "small"));

            assertThat(router.deadLetters())
                    .extracting(it -> DeadLetter.read(it.headers()).reason())
                    .containsExactly("internal_error");
            assertThat(router.jobs("small")).hasSize(1);
            assertThat(failuresIn(StepNames.DEDUPE)).isOne();
        }

        @Test
        void endOfThatJobIsSkippedAndTheNextEndCounts() {
            router.send(RouterDriver.line("good", "small"));
            corruptSeenJob("bad");

            router.end("bad");
            router.end("good");

            router.clock.advance(RouterDriver.WINDOW);
            router.send(RouterDriver.line("good", "small"));
            assertThat(router.jobs("small")).hasSize(2);
            assertThat(failuresIn(StepNames.SETTLE)).isOne();
        }

        @Test
        void sweepOfExpiredJobsSkipsIt() {
            corruptSeenJob("bad");

            for (int i = 0; i < 1_000; i++) {
                router.send(RouterDriver.line("job-" + i, "small"));
            }

            assertThat(router.deadLetters()).isEmpty();
            assertThat(failuresIn(StepNames.DEDUPE)).isZero();
        }
    }

    @Nested
    class WhenRouteFailsOnAJob {
        @ParameterizedTest
        @ValueSource(strings = {NORMAL, "default"})
        void jobEndsOnceAndTheNextJobIsRouted(String lookup) {
            failOn(lookup, () -> new IllegalStateException("test"));
            router.send(RouterDriver.line("bad", "small"));
            router.onLookup = it -> {};

            router.send(RouterDriver.line("good", "small"));

            assertThat(errors()).containsExactly("internal_error");
            assertThat(router.costs()).hasSize(1);
            assertThat(router.jobs("small")).hasSize(1);
            assertThat(failuresIn(StepNames.ROUTE)).isOne();
        }
    }

    @Nested
    class WhenRouteFailsOnTheEndOfAJob {
        @Test
        void endIsSkippedAndTheJobHasEnded() {
            router.canaries.put("default/1@v7", new Canaries.Canary("small", 1, 0));
            router.send(RouterDriver.line("a", "auto"));
            failOn("default/1@v7", () -> new IllegalStateException("test"));

            router.end(
                    CostEvent.withoutCall(JobId.of("default", "default", "a"), "default", "default")
                            .with(
                                    new JobEnd(
                                            new Route("default/1@v7", "small"),
                                            Lane.NORMAL,
                                            null,
                                            1,
                                            BigDecimal.ZERO,
                                            1)));

            assertThat(failuresIn(StepNames.ROUTE)).isOne();
            router.onLookup = it -> {};
            router.clock.advance(RouterDriver.WINDOW);
            router.send(RouterDriver.line("a", "small"));
            assertThat(router.deadLetters()).isEmpty();
        }
    }

    @Nested
    class WhenATerminalRecordCannotBeMade {
        private static final RoutingMessage.Origin ORIGIN =
                new RoutingMessage.Origin("test.requests", 2, 7);

        private static final RoutingMessage.JobIdentity OWNER =
                new RoutingMessage.JobIdentity(JobId.of("t", "b", "c"), "c", "t", "b", 3L, null);

        private static final Calls CALLS =
                new Calls("small", null, 2, BigDecimal.ONE, JobTimes.withoutCall(0), null);

        private final MockProcessorContext<byte[], Object> context = new MockProcessorContext<>();

        @Test
        void deadLetterReplacesTheResultAndTheJobEnds() {
            var step =
                    new UncalledJobStep(
                            new EndForwarder(
                                    new EndWriter(
                                            RouterDriver.TOPICS,
                                            WhenATerminalRecordCannotBeMade::fail),
                                    router.clock,
                                    new RouterMetrics(router.meters),
                                    StepNames.OUTPUTS),
                            router.clock,
                            new InternalErrors(router.meters));
            step.init(context);
            var rejection = new Rejection(ErrorCode.UNKNOWN_MODEL, "no such model", null);

            step.process(
                    new Record<>(
                            new byte[0],
                            new RoutingMessage.RejectedJob(
                                    OWNER, ORIGIN, new byte[] {1}, rejection, CALLS),
                            0));

            assertThat(context.forwarded())
                    .extracting(it -> it.childName().orElseThrow())
                    .containsExactly(StepNames.BURY);
            assertThat(context.forwarded().getFirst().record().value())
                    .isInstanceOfSatisfying(
                            RoutingMessage.DeadLetterRecord.class,
                            it -> {
                                assertThat(it.reason()).isEqualTo(ErrorCode.INTERNAL_ERROR);
                                assertThat(it.message()).contains("unknown_model");
                                assertThat(it.jobId()).isEqualTo(OWNER.jobId());
                                assertThat(it.ends())
                                        .isEqualTo(
                                                new RoutingMessage.EndedJob(
                                                        OWNER.toFacts(ORIGIN, null), CALLS));
                                assertThat(it.message()).doesNotContain("no call was made");
                                assertThat(it.line()).isEqualTo(3);
                                assertThat(it.origin()).isEqualTo(ORIGIN);
                            });
        }

        private static int fail() {
            throw new IllegalStateException("test");
        }

        @Test
        void deadLetterOmitsHeadersThatCannotBeCopied() {
            var hasFailed = new AtomicBoolean();
            router.onLookup =
                    it -> {
                        if (it.equals(RouterDriver.TOPICS.deadLetters())
                                && !hasFailed.getAndSet(true)) {
                            throw new IllegalStateException("test");
                        }
                    };

            router.send(
                    RouterDriver.TOPICS.requests(),
                    "k".getBytes(UTF_8),
                    "no JSON".getBytes(UTF_8),
                    new RecordHeaders());

            var letter = router.deadLetters().getFirst();
            assertThat(letter.key()).isNull();
            assertThat(letter.value()).isEqualTo("no JSON".getBytes(UTF_8));
            assertThat(DeadLetter.read(letter.headers()).reason()).isEqualTo("internal_error");
        }
    }

    @Nested
    class WhenTheCostsTopicHasForeignRecords {
        @Test
        void deeplyNestedRecordIsSkipped() {
            router.send(
                    RouterDriver.TOPICS.costs(),
                    null,
                    ("{\"x\":" + "[".repeat(100_000)).getBytes(UTF_8),
                    new RecordHeaders());
            router.send(RouterDriver.line("good", "small"));

            assertThat(router.jobs("small")).hasSize(1);
            assertThat(router.costs().stream().map(it -> CostEventCodec.read(it.value())))
                    .isEmpty();
        }
    }
}
