package dev.millrace.worker.outcome;

import dev.millrace.contracts.config.WorkerConfig.Backoff;
import dev.millrace.contracts.error.ErrorCode;
import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * When a failed attempt is followed by another one.
 *
 * @param maxAttempts calls for one job at most, the first included
 * @param backoff the wait when the provider tells none: a random part (full jitter) of a bound that
 *     grows with each attempt
 */
public record RetryPolicy(int maxAttempts, Backoff backoff) {
    /** Attempts that may end in an answer that cannot be used: each was probably paid. */
    static final int FEW = 2;

    /** A told wait becomes longer by up to this part of it, so that not all come back at once. */
    static final double TOLD_WAIT_SPREAD = 0.1;

    /**
     * A failed attempt.
     *
     * @param attempts calls made for the job so far, this one included
     * @param sameError how many of this worker's attempts ended with that error
     * @param retryAfter as the provider asks; null when it does not
     * @param deadline of the job; null for none
     */
    public record Failure(
            ErrorCode error,
            int attempts,
            int sameError,
            @Nullable Duration retryAfter,
            @Nullable Instant deadline) {}

    public Next next(Failure failure, Instant now, RandomGenerator random) {
        if (!mayTryAgain(failure)) {
            return new Next.End();
        }
        Duration wait =
                failure.retryAfter() == null
                        ? backoffAfter(failure.attempts(), random)
                        : spread(failure.retryAfter(), random);
        boolean tooLate = failure.deadline() != null && now.plus(wait).isAfter(failure.deadline());
        return tooLate ? new Next.Expire(wait) : new Next.Again(wait);
    }

    private boolean mayTryAgain(Failure failure) {
        int most =
                switch (failure.error().retry()) {
                    case NO -> 0;
                    case YES, AFTER_PROVIDER_WAIT -> maxAttempts;
                    case FEW -> failure.sameError() < FEW ? maxAttempts : 0;
                };
        return failure.attempts() < most;
    }

    /**
     * The wait when the provider tells none.
     *
     * @param attempts how many there were in a row, from 1
     */
    public Duration backoffAfter(int attempts, RandomGenerator random) {
        double bound =
                Math.min(
                        (double) backoff.max().toNanos(),
                        backoff.initial().toNanos() * Math.pow(backoff.multiplier(), attempts - 1));
        return Duration.ofNanos((long) (bound * random.nextDouble()));
    }

    private static Duration spread(Duration told, RandomGenerator random) {
        double extra = told.toNanos() * TOLD_WAIT_SPREAD * random.nextDouble();
        return told.plusNanos((long) extra);
    }
}
