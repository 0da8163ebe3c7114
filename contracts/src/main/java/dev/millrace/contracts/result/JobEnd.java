package dev.millrace.contracts.result;

import dev.millrace.contracts.job.Lane;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * How a job ended, as part of its final cost event. The router learns from it how its jobs ended,
 * without reading their results.
 *
 * @param routedBy policy, rule and version that selected the model; null for none
 * @param routedTo first model of the job's chain, even if another model answered; null for none
 * @param lane lane of the job; null for none, or for a lane of a later version
 * @param errorCode error code, possibly of a later version; null if the job succeeded
 * @param attempts calls made, at least 0
 * @param jobCostUsd amount billed for the job, as in its result
 * @param cache where the answer came from, as in {@link Provenance#cache}; a miss in an event of an
 *     earlier version
 */
public record JobEnd(
        @Nullable String routedBy,
        @Nullable String routedTo,
        @Nullable Lane lane,
        @Nullable String errorCode,
        int attempts,
        BigDecimal jobCostUsd,
        JobTimes times,
        String cache) {

    /**
     * Creates the end of a job whose last call was of another model than it was routed to, or had
     * no known start.
     */
    public JobEnd(
            @Nullable String routedBy,
            @Nullable String routedTo,
            @Nullable Lane lane,
            @Nullable String errorCode,
            int attempts,
            BigDecimal jobCostUsd,
            long upstreamMs,
            long queuedMs,
            String cache) {
        this(
                routedBy,
                routedTo,
                lane,
                errorCode,
                attempts,
                jobCostUsd,
                new JobTimes(upstreamMs, queuedMs, null),
                cache);
    }

    /** Creates such an end of a job that got no answer of another job, after an unknown wait. */
    public JobEnd(
            @Nullable String routedBy,
            @Nullable String routedTo,
            @Nullable Lane lane,
            @Nullable String errorCode,
            int attempts,
            BigDecimal jobCostUsd,
            long upstreamMs) {
        this(
                routedBy,
                routedTo,
                lane,
                errorCode,
                attempts,
                jobCostUsd,
                upstreamMs,
                0,
                Provenance.CACHE_MISS);
    }

    /**
     * Returns a copy for a job whose first model was called.
     *
     * @param callAgeMs time from the start of its last call until the end of the job
     */
    public JobEnd calledAgo(long callAgeMs) {
        return new JobEnd(
                routedBy,
                routedTo,
                lane,
                errorCode,
                attempts,
                jobCostUsd,
                new JobTimes(times.upstreamMs(), times.queuedMs(), callAgeMs),
                cache);
    }

    /**
     * Returns the end of a job that was never routed to a model.
     *
     * @param errorCode null if it succeeded without a model
     */
    public static JobEnd unrouted(@Nullable String errorCode) {
        return new JobEnd(null, null, null, errorCode, 0, BigDecimal.ZERO, 0);
    }
}
