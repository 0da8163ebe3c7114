package dev.millrace.sink.live;

import java.math.BigDecimal;

/**
 * Sums of rollups.
 *
 * @param requests jobs that ended
 * @param failures jobs that ended with an error
 * @param uncertainEvents attempts that may have been billed
 * @param cacheHits jobs with a cached answer
 * @param collapsed jobs with the answer of another job's call
 * @param calledRequests jobs that ended after a call
 * @param upstreamMs durations of the last calls of these jobs, in milliseconds
 * @param costUsd cost of all attempts, including attempts that may have been billed
 * @param savedUsd cost of avoided calls
 */
public record RollupFigures(
        long requests,
        long failures,
        long uncertainEvents,
        long cacheHits,
        long collapsed,
        long calledRequests,
        long upstreamMs,
        BigDecimal costUsd,
        BigDecimal savedUsd) {
    /** No jobs and no money. */
    public static final RollupFigures NONE =
            new RollupFigures(0, 0, 0, 0, 0, 0, 0, BigDecimal.ZERO, BigDecimal.ZERO);

    /** Returns the exact sums of both. */
    public RollupFigures plus(RollupFigures other) {
        return new RollupFigures(
                requests + other.requests,
                failures + other.failures,
                uncertainEvents + other.uncertainEvents,
                cacheHits + other.cacheHits,
                collapsed + other.collapsed,
                calledRequests + other.calledRequests,
                upstreamMs + other.upstreamMs,
                costUsd.add(other.costUsd),
                savedUsd.add(other.savedUsd));
    }
}
