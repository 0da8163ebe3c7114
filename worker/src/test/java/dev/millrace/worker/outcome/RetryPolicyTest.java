package dev.millrace.worker.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.WorkerConfig.Backoff;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.error.Retry;
import dev.millrace.worker.outcome.RetryPolicy.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RetryPolicyTest {
    private static final Instant NOW = Instant.parse("2026-11-20T08:00:00Z");
    private static final Backoff BACKOFF =
            new Backoff(Duration.ofMillis(500), 2, Duration.ofSeconds(60));
    private final RetryPolicy policy = new RetryPolicy(6, BACKOFF);

    private RetryDecision decide(Failure failure, long seed) {
        return policy.decide(failure, NOW, new SplittableRandom(seed));
    }

    @Property
    void givenWaitIsNeverShortenedAndAtMostTenPercentLonger(
            @ForAll @LongRange(min = 1, max = 2_678_400_000L) long millis, @ForAll long seed) {
        var given = Duration.ofMillis(millis);
        var retry =
                (RetryDecision.Retry)
                        decide(
                                new Failure(
                                        ErrorCode.RATE_LIMIT_EXCEEDED, 1, 1, false, given, null),
                                seed);

        assertThat(retry.delay()).isBetween(given, given.multipliedBy(11).dividedBy(10));
    }

    @Property
    void backoffStaysBelowAGrowingBound(
            @ForAll @IntRange(min = 1, max = 99) int attempts, @ForAll long seed) {
        var retry =
                (RetryDecision.Retry)
                        new RetryPolicy(100, BACKOFF)
                                .decide(
                                        new Failure(
                                                ErrorCode.SERVER_ERROR,
                                                attempts,
                                                1,
                                                false,
                                                null,
                                                null),
                                        NOW,
                                        new SplittableRandom(seed));
        long bound = attempts > 7 ? 60_000 : Math.min(60_000, 500L << (attempts - 1));

        assertThat(retry.delay()).isBetween(Duration.ZERO, Duration.ofMillis(bound));
    }

    @Test
    void noAttemptFollowsTheLast() {
        assertThat(decide(new Failure(ErrorCode.TIMEOUT, 6, 6, false, null, null), 1))
                .isEqualTo(new RetryDecision.Fail());
    }

    @ParameterizedTest
    @EnumSource
    void onlyRetryableErrorsAreRetried(ErrorCode error) {
        RetryDecision decision = decide(new Failure(error, 1, 1, false, null, null), 1);

        assertThat(decision)
                .isInstanceOf(
                        error.retry() == Retry.NO
                                ? RetryDecision.Fail.class
                                : RetryDecision.Retry.class);
    }

    @Test
    void unusableAnswerIsBilledAtMostTwice() {
        assertThat(decide(new Failure(ErrorCode.INVALID_RESPONSE, 4, 1, false, null, null), 1))
                .isInstanceOf(RetryDecision.Retry.class);
        assertThat(decide(new Failure(ErrorCode.INVALID_RESPONSE, 4, 2, false, null, null), 1))
                .isEqualTo(new RetryDecision.Fail());
    }

    /** The next call would get an answer in the same form, and cost as much again. */
    @Test
    void unusableAnswerThatWasPaidIsNotRetried() {
        assertThat(decide(new Failure(ErrorCode.INVALID_RESPONSE, 1, 1, true, null, null), 1))
                .isEqualTo(new RetryDecision.Fail());
        assertThat(decide(new Failure(ErrorCode.SERVER_ERROR, 1, 1, true, null, null), 1))
                .isInstanceOf(RetryDecision.Retry.class);
    }

    @Test
    void waitBeyondTheDeadlineExpiresTheJob() {
        var given = Duration.ofSeconds(10);
        RetryDecision decision =
                decide(
                        new Failure(
                                ErrorCode.RATE_LIMIT_EXCEEDED,
                                1,
                                1,
                                false,
                                given,
                                NOW.plusSeconds(9)),
                        1);

        assertThat(decision).isInstanceOf(RetryDecision.DeadlineExceeded.class);
    }
}
