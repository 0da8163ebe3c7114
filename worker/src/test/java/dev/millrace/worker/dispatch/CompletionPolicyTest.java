package dev.millrace.worker.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.WorkerConfig.Backoff;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.result.Outcome;
import dev.millrace.worker.answer.Billing;
import dev.millrace.worker.answer.Verdict;
import dev.millrace.worker.breaker.Excuse;
import dev.millrace.worker.dispatch.CompletionPolicy.Attempt;
import dev.millrace.worker.dispatch.CompletionPolicy.Decision;
import dev.millrace.worker.fallback.NextModel;
import dev.millrace.worker.outcome.RetryPolicy;
import dev.millrace.worker.port.Providers.CallReport;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class CompletionPolicyTest {
    private static final Model MODEL = Model.of("m", "p", Price.of("1", "2"));
    private static final Instant NOW = Instant.parse("2026-11-20T08:00:00Z");

    private final CompletionPolicy policy =
            new CompletionPolicy(new RetryPolicy(3, Backoff.DEFAULT), new SplittableRandom(1));

    private Decision decide(Attempt attempt, Verdict verdict) {
        return policy.decide(
                attempt, new CallReport(null, "", verdict, true, Duration.ZERO, null), NOW);
    }

    private static Optional<NextModel> noFallback(ErrorCode reason) {
        return Optional.empty();
    }

    private static Attempt attempt(int attempts, int missedWindows) {
        return new Attempt(
                MODEL,
                attempts,
                1,
                missedWindows,
                Excuse.NONE,
                false,
                null,
                false,
                null,
                CompletionPolicyTest::noFallback);
    }

    private static Verdict unavailable() {
        return new Verdict.Failed(
                ErrorCode.SERVER_ERROR, "test", null, Duration.ofSeconds(1), Billing.NOTHING);
    }

    @Nested
    class AFailedCall {
        @Test
        void failedCallIsRetriedWhileAttemptsAreLeft() {
            assertThat(decide(attempt(2, 0), unavailable())).isInstanceOf(Decision.Retry.class);
            assertThat(decide(attempt(3, 0), unavailable())).isInstanceOf(Decision.Settle.class);
        }

        @Test
        void failedCallOfACancelledJobIsNotRetried() {
            assertThat(
                            decide(
                                    new Attempt(
                                            MODEL,
                                            1,
                                            1,
                                            0,
                                            Excuse.NONE,
                                            false,
                                            null,
                                            true,
                                            null,
                                            CompletionPolicyTest::noFallback),
                                    unavailable()))
                    .isEqualTo(new Decision.Cancel());
        }

        @Test
        void callOnAClosedConnectionIsRepeatedAtOnceWhileAttemptsAreLeft() {
            Verdict closed = verdict(ErrorCode.CONNECTION_ERROR, Verdict.Repetition.AT_ONCE);

            assertThat(decide(attempt(2, 0), closed)).isEqualTo(new Decision.Retry(Duration.ZERO));
            assertThat(decide(attempt(3, 0), closed)).isInstanceOf(Decision.Settle.class);
        }

        /** The next answer would be unreadable too, and be billed. */
        @Test
        void callWithAnUnreadableAnswerIsNotRepeated() {
            Verdict unreadable = verdict(ErrorCode.INVALID_RESPONSE, Verdict.Repetition.NEVER);

            assertThat(decide(attempt(1, 0), unreadable)).isInstanceOf(Decision.Settle.class);
        }

        private static Verdict verdict(ErrorCode error, Verdict.Repetition repetition) {
            return new Verdict.Failed(error, "test", null, null, Billing.UNCERTAIN, repetition);
        }

        @Test
        void waitBeyondTheDeadlineExpiresTheJob() {
            var decision =
                    decide(
                            new Attempt(
                                    MODEL,
                                    1,
                                    1,
                                    0,
                                    Excuse.NONE,
                                    false,
                                    null,
                                    false,
                                    NOW.plusMillis(500),
                                    CompletionPolicyTest::noFallback),
                            unavailable());

            assertThat(decision)
                    .isInstanceOfSatisfying(
                            Decision.Settle.class,
                            it ->
                                    assertThat(it.outcome().error())
                                            .isEqualTo(ErrorCode.DEADLINE_EXCEEDED));
        }
    }

    @Nested
    class ARefusedCall {
        private final Verdict refused =
                new Verdict.Failed(
                        ErrorCode.RATE_LIMIT_EXCEEDED,
                        "test",
                        null,
                        Duration.ofMinutes(1),
                        Billing.NOTHING);

        private Duration wait(boolean hasOtherKey) {
            var attempt =
                    new Attempt(
                            MODEL,
                            1,
                            1,
                            0,
                            Excuse.NONE,
                            hasOtherKey,
                            null,
                            false,
                            null,
                            CompletionPolicyTest::noFallback);
            return ((Decision.Retry) decide(attempt, refused)).delay();
        }

        @Test
        void waitOfOneKeyDoesNotHoldForAnother() {
            assertThat(wait(false)).isGreaterThanOrEqualTo(Duration.ofMinutes(1));
            assertThat(wait(true)).isLessThanOrEqualTo(Duration.ofMillis(500));
        }
    }

    @Nested
    class AnExcusedCall {
        private final Verdict rejected =
                new Verdict.Failed(
                        ErrorCode.AUTHENTICATION_ERROR, "test", null, null, Billing.NOTHING);

        private Attempt excused(Excuse excuse, int attempts) {
            return new Attempt(
                    MODEL,
                    attempts,
                    1,
                    0,
                    excuse,
                    false,
                    null,
                    false,
                    null,
                    CompletionPolicyTest::noFallback);
        }

        @Test
        void excusedCallIsRepeatedHoweverManyAttemptsWereMade() {
            assertThat(decide(excused(Excuse.OPEN_BREAKER, 3), rejected))
                    .isEqualTo(new Decision.Retry(Duration.ZERO));
            assertThat(decide(excused(Excuse.OTHER_KEY, 3), rejected))
                    .isEqualTo(new Decision.Retry(Duration.ZERO));
        }

        @Test
        void lastCallThatMayHaveBeenBilledEndsTheJob() {
            var uncertain =
                    new Verdict.Failed(
                            ErrorCode.QUOTA_EXCEEDED, "test", null, null, Billing.UNCERTAIN);

            assertThat(decide(excused(Excuse.OPEN_BREAKER, 2), uncertain))
                    .isInstanceOf(Decision.Retry.class);
            assertThat(decide(excused(Excuse.OPEN_BREAKER, 3), uncertain))
                    .isInstanceOf(Decision.Settle.class);
        }
    }

    @Nested
    class ALateCall {
        @Test
        void lateCallIsRepeatedAtOnceAndThenAfterAWait() {
            assertThat(decide(attempt(1, 1), new Verdict.SendWindowMissed()))
                    .isEqualTo(new Decision.Retry(Duration.ZERO));
            assertThat(decide(attempt(1, 2), new Verdict.SendWindowMissed()))
                    .isInstanceOfSatisfying(
                            Decision.Retry.class, it -> assertThat(it.delay()).isPositive());
        }

        @Test
        void waitsGrowSoThatASlowMomentCostsNoJob() {
            for (int missed = 2; missed < 10; missed++) {
                assertThat(decide(attempt(1, missed), new Verdict.SendWindowMissed()))
                        .isInstanceOf(Decision.Retry.class);
            }
            assertThat(longestWait(9)).isGreaterThan(longestWait(2).multipliedBy(8));
        }

        private Duration longestWait(int missed) {
            return IntStream.range(0, 100)
                    .mapToObj(_ -> decide(attempt(1, missed), new Verdict.SendWindowMissed()))
                    .map(it -> ((Decision.Retry) it).delay())
                    .max(Comparator.naturalOrder())
                    .orElseThrow();
        }

        @Test
        void tenthLateCallEndsTheJob() {
            assertThat(decide(attempt(1, 10), new Verdict.SendWindowMissed()))
                    .isInstanceOfSatisfying(
                            Decision.Settle.class,
                            it ->
                                    assertThat(it.outcome())
                                            .isInstanceOf(Outcome.Unanswered.class)
                                            .extracting(Outcome::error)
                                            .isEqualTo(ErrorCode.CONNECTION_ERROR));
        }
    }

    @Nested
    class AnUnreadableRecord {
        @Test
        void unreadableRecordBecomesADeadLetter() {
            var report =
                    new CallReport(
                            null,
                            "no batch line",
                            new Verdict.SendWindowMissed(),
                            false,
                            Duration.ZERO,
                            null);

            assertThat(policy.decide(attempt(1, 1), report, NOW))
                    .isEqualTo(new Decision.DeadLetter("no batch line"));
        }
    }
}
