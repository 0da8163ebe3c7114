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
 * @param upstreamMs duration of the last call in milliseconds; 0 without a call
 * @param queuedMs time from submission to the start of the last call, or to the answer of another
 *     job, in milliseconds; 0 if unknown or in an event of an earlier version
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
        long upstreamMs,
        long queuedMs,
        String cache) {

    /** Creates the end of a job that got no answer of another job, after an unknown wait. */
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
     * Returns the end of a job that was never routed to a model.
     *
     * @param errorCode null if it succeeded without a model
     */
    public static JobEnd unrouted(@Nullable String errorCode) {
        return new JobEnd(null, null, null, errorCode, 0, BigDecimal.ZERO, 0);
    }
}
