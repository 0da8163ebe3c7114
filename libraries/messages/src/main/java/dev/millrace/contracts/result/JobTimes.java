package dev.millrace.contracts.result;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Times of an ended job, in milliseconds.
 *
 * @param upstreamMs duration of the last call; 0 without a call
 * @param queuedMs time from submission to the start of the last call, or to the answer of another
 *     job; 0 if unknown or in an event of an earlier version
 * @param callAgeMs time from the start of the routed model's last call to the end of the job, 0 or
 *     more; null if the routed model was not called, for example because of its open breaker, and
 *     in an event of an earlier version
 */
public record JobTimes(long upstreamMs, long queuedMs, @Nullable Long callAgeMs) {
    /** Returns the times of a job whose model was not called. */
    public static JobTimes withoutCall(long queuedMs) {
        return new JobTimes(0, queuedMs, null);
    }

    /** Returns the times of a job that waited until now and whose model was not called. */
    public static JobTimes withoutCall(Instant submittedAt, Instant now) {
        return withoutCall(Math.max(0, Duration.between(submittedAt, now).toMillis()));
    }
}
