package dev.millrace.contracts.result;

import dev.millrace.contracts.job.Lane;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * How a job ended, as a part of its final cost event: what the router learns of the jobs that it
 * has routed, without reading their results.
 *
 * @param routedBy policy, rule and version that chose the model; null when nothing did
 * @param routedTo the first model of its chain, whichever one has answered; null for none
 * @param lane which it waited in; null when it was in none, or in one of a later version
 * @param errorCode a code of the taxonomy, or of a later version; null when it succeeded
 * @param attempts calls made, at least 0
 * @param jobCostUsd billed for the job, as its result says
 * @param upstreamMs duration of the last call, in milliseconds; 0 when there was none
 */
public record JobEnd(
        @Nullable String routedBy,
        @Nullable String routedTo,
        @Nullable Lane lane,
        @Nullable String errorCode,
        int attempts,
        BigDecimal jobCostUsd,
        long upstreamMs) {

    /** Of a job that never came to a model. */
    public static JobEnd unrouted(String errorCode) {
        return new JobEnd(null, null, null, errorCode, 0, BigDecimal.ZERO, 0);
    }
}
