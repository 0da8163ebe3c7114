package dev.millrace.standalone.run;

import java.math.BigDecimal;

/**
 * What the jobs of one model came to in this run; reused ones are not among them.
 *
 * @param model by its catalog name
 * @param jobs whose model was settled, called or not: {@code succeeded + failed}
 * @param inputTokens of all calls that were billed, repeated ones included
 * @param outputTokens of the same calls
 * @param costUsd of the same calls, exact
 * @param upstreamP50Ms median duration of a job's last call, in milliseconds
 * @param upstreamP95Ms its 95th percentile
 */
public record ModelSummary(
        String model,
        long jobs,
        long succeeded,
        long failed,
        long inputTokens,
        long outputTokens,
        BigDecimal costUsd,
        long upstreamP50Ms,
        long upstreamP95Ms) {}
