package dev.millrace.contracts.policy;

import static dev.millrace.contracts.Violation.require;

import java.util.Optional;
import java.util.stream.Stream;

/**
 * What takes an arm's share away; at least one of the three bounds is there.
 *
 * @param arm the model of that arm, as {@code split} writes it
 * @param errorRate more errors than this are too many, in percent of the last jobs, above 0 and up
 *     to 100
 * @param p95Ratio above this times the P95 of the other arms' latency, its own is too long, above 0
 * @param costRatio above this times the other arms' cost for a job, its own is too dear, above 0
 * @param over so many of the last jobs are looked at, 1 to 10000
 */
public record Guard(
        String arm,
        Optional<Double> errorRate,
        Optional<Double> p95Ratio,
        Optional<Double> costRatio,
        int over) {
    private static final int LONGEST_WINDOW = 10_000;
    private static final double ALL = 100;

    public Guard {
        require(
                Stream.of(errorRate, p95Ratio, costRatio).anyMatch(Optional::isPresent),
                "error_rate",
                "must be there, or p95_ratio or cost_ratio");
        require(
                errorRate.map(it -> it > 0 && it <= ALL).orElse(true),
                "error_rate",
                "must be above 0 and up to 100 percent");
        require(p95Ratio.map(it -> it > 0).orElse(true), "p95_ratio", "must be above 0");
        require(costRatio.map(it -> it > 0).orElse(true), "cost_ratio", "must be above 0");
        require(over >= 1 && over <= LONGEST_WINDOW, "over", "must be 1 to 10000, was " + over);
    }
}
