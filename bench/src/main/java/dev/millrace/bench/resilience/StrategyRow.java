package dev.millrace.bench.resilience;

import java.util.Optional;

/**
 * The figures of one strategy.
 *
 * @param jobs measured jobs
 * @param succeeded jobs with an answer
 * @param meanMillis mean time from submission to the committed result, of jobs with an answer
 * @param p95Millis 95th percentile of this time
 * @param calls calls that the provider received
 * @param problem missing or superfluous results; empty when there are none
 */
record StrategyRow(
        Strategy strategy,
        int jobs,
        int succeeded,
        double meanMillis,
        double p95Millis,
        long calls,
        Optional<String> problem) {
    /** Returns the fraction of jobs with an answer. */
    double success() {
        return (double) succeeded / jobs;
    }

    /** Returns the calls beyond one for each job, as a fraction of the jobs. */
    double overhead() {
        return (double) calls / jobs - 1;
    }
}
