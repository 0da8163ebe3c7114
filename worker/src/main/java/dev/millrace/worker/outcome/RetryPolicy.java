package dev.millrace.worker.outcome;

import dev.millrace.configuration.WorkerConfig.Backoff;
import dev.millrace.contracts.error.ErrorCode;
import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Decides when another attempt follows a failed one.
 *
 * @param maxAttempts maximum number of calls for one job at one model, including the first
 * @param backoff the delay if the provider gives no wait: a random share (full jitter) of a bound
 *     that grows with each attempt
 */
public record RetryPolicy(int maxAttempts, Backoff backoff) {
    /**
     * Maximum number of attempts that can end with an unusable answer, because each was probably
     * billed.
     */
    static final int MAX_UNUSABLE_ANSWERS = 2;

    /**
     * Maximum random extension of a given wait, as a share of the wait, so that retries do not
     * coincide.
     */
    static final double PROVIDER_WAIT_SPREAD = 0.1;

    /**
     * A failed attempt.
     *
     * @param attempts calls made for the job at this model so far, including this one
     * @param sameError number of attempts at this model that ended with this attempt's error, as
     *     far as is known
     * @param isPaid true if the provider reported the cost of the attempt, or would answer the next
     *     one in the same unusable form
     * @param retryAfter the wait that the provider asks for; null for none
     * @param deadline of the job; null for none
     */
    public record Failure(
            ErrorCode error,
            int attempts,
            int sameError,
            boolean isPaid,
            @Nullable Duration retryAfter,
            @Nullable Instant deadline) {}

    /** Decides how a job continues after a failed attempt. */
    public RetryDecision decide(Failure failure, Instant now, RandomGenerator random) {
        if (!mayTryAgain(failure)) {
            return new RetryDecision.Fail();
        }
        Duration wait =
                failure.retryAfter() == null
                        ? backoffAfter(failure.attempts(), random)
                        : spread(failure.retryAfter(), random);
        boolean tooLate = failure.deadline() != null && now.plus(wait).isAfter(failure.deadline());
        return tooLate ? new RetryDecision.DeadlineExceeded(wait) : new RetryDecision.Retry(wait);
    }

    private boolean mayTryAgain(Failure failure) {
        int max =
                switch (failure.error().retry()) {
                    case NO -> 0;
                    case YES, AFTER_PROVIDER_WAIT -> maxAttempts;
                    // A paid answer has its form for a reason that the next call would meet again.
                    case ONCE ->
                            failure.isPaid() || failure.sameError() >= MAX_UNUSABLE_ANSWERS
                                    ? 0
                                    : maxAttempts;
                };
        return failure.attempts() < max;
    }

    /**
     * Returns the delay if the provider gives no wait.
     *
     * @param attempts consecutive attempts, from 1
     */
    public Duration backoffAfter(int attempts, RandomGenerator random) {
        double bound =
                Math.min(
                        (double) backoff.max().toNanos(),
                        backoff.initial().toNanos() * Math.pow(backoff.multiplier(), attempts - 1));
        return Duration.ofNanos((long) (bound * random.nextDouble()));
    }

    private static Duration spread(Duration wait, RandomGenerator random) {
        double extra = wait.toNanos() * PROVIDER_WAIT_SPREAD * random.nextDouble();
        return wait.plusNanos((long) extra);
    }
}
