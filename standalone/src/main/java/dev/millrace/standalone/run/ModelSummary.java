package dev.millrace.standalone.run;

import java.math.BigDecimal;

/**
 * What the jobs of one model came to in this run; reused ones are not among them.
 *
 * @param model by its catalog name
 * @param upstreamP50Ms median duration of the last call, in milliseconds
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
