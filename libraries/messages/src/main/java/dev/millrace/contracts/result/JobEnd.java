package dev.millrace.contracts.result;

import dev.millrace.contracts.job.Lane;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * How a job ended, as part of its final cost event. The router learns from it how its jobs ended,
 * without reading their results.
 *
 * @param lane lane of the job; null for none, or for a lane of a later version
 * @param errorCode error code, possibly of a later version; null if the job succeeded
 * @param attempts calls made, at least 0
 * @param jobCostUsd amount billed for the job, as in its result
 * @param cache where the answer came from, as in {@link Provenance#cache}; a miss in an event of an
 *     earlier version
 */
public record JobEnd(
        Route route,
        @Nullable Lane lane,
        @Nullable String errorCode,
        int attempts,
        BigDecimal jobCostUsd,
        JobTimes times,
        String cache) {

    /**
     * Creates the end of a job that reused no answer and waited for an unknown time. Its last call
     * had no known start, or was of another model than the routed model.
     */
    public JobEnd(
            Route route,
            @Nullable Lane lane,
            @Nullable String errorCode,
            int attempts,
            BigDecimal jobCostUsd,
            long upstreamMs) {
        this(
                route,
                lane,
                errorCode,
                attempts,
                jobCostUsd,
                new JobTimes(upstreamMs, 0, null),
                Provenance.CACHE_MISS);
    }

    /**
     * Returns a copy for a job whose first model was called.
     *
     * @param callAgeMs time from the start of its last call until the end of the job
     */
    public JobEnd calledAgo(long callAgeMs) {
        var called = new JobTimes(times.upstreamMs(), times.queuedMs(), callAgeMs);
        return new JobEnd(route, lane, errorCode, attempts, jobCostUsd, called, cache);
    }

    /**
     * Returns the end of a job that was never routed to a model.
     *
     * @param errorCode null if it succeeded without a model
     */
    public static JobEnd unrouted(@Nullable String errorCode) {
        return new JobEnd(Route.NONE, null, errorCode, 0, BigDecimal.ZERO, 0);
    }
}
