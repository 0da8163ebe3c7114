package dev.millrace.contracts.policy;

import static dev.millrace.yaml.problem.Violation.require;

import java.util.Optional;
import java.util.stream.Stream;

/**
 * The thresholds at which an arm loses its share. At least one of error rate, latency ratio and
 * cost ratio is set.
 *
 * @param arm model of the guarded arm, spelled as in {@code split}
 * @param errorRate maximum error rate in percent of the last jobs, above 0 and up to 100
 * @param p95Ratio maximum ratio of the arm's P95 latency to the other arms' P95 latency, above 0
 * @param costRatio maximum ratio of the arm's cost per job to the other arms' cost per job, above 0
 * @param over number of last jobs to evaluate, 1 to 10000
 */
public record Guard(
        String arm,
        Optional<Double> errorRate,
        Optional<Double> p95Ratio,
        Optional<Double> costRatio,
        int over) {
    private static final int MAX_JOBS = 10_000;
    private static final double MAX_PERCENT = 100;

    public Guard {
        require(
                Stream.of(errorRate, p95Ratio, costRatio).anyMatch(Optional::isPresent),
                "error_rate",
                "is required, unless p95_ratio or cost_ratio is set");
        require(
                errorRate.map(it -> it > 0 && it <= MAX_PERCENT).orElse(true),
                "error_rate",
                "must be above 0 and up to 100 percent");
        require(p95Ratio.map(it -> it > 0).orElse(true), "p95_ratio", "must be above 0");
        require(costRatio.map(it -> it > 0).orElse(true), "cost_ratio", "must be above 0");
        require(over >= 1 && over <= MAX_JOBS, "over", "must be 1 to 10000, was " + over);
    }
}
