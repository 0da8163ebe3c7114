package dev.millrace.bench.worker;

import dev.millrace.bench.report.Part;
import java.time.Duration;

/**
 * How much is measured.
 *
 * @param jobs of a throughput run by the part's place, those of {@link Part#HTTP} last
 * @param otherContenders how long each may show results; Millrace does all jobs
 * @param rounds of jobs in flight, where the share of the ideal is measured
 * @param warmUp before latency is measured
 * @param slow how long latency is measured at the lower rate
 * @param fast and at the higher one
 */
record Sizes(
        Jobs jobs,
        Duration otherContenders,
        int rounds,
        Duration warmUp,
        Duration slow,
        Duration fast) {
    /** All of it in less than ten minutes on two cores. */
    static final Sizes USUAL =
            new Sizes(
                    new Jobs(600_000, 500_000, 400_000, 100_000),
                    Duration.ofSeconds(8),
                    25,
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(20),
                    Duration.ofSeconds(10));

    /** Shows that it works; its figures are those of a JVM that is not warm. */
    static final Sizes QUICK =
            new Sizes(
                    new Jobs(40_000, 40_000, 40_000, 20_000),
                    Duration.ofMillis(1_500),
                    5,
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(2));

    /**
     * Jobs of a throughput run.
     *
     * @param at0ms by work, 1 or more each
     */
    record Jobs(int at0ms, int at10ms, int at100ms, int http) {
        int of(Part part) {
            return switch (part) {
                case WORK_0MS -> at0ms;
                case WORK_10MS -> at10ms;
                case WORK_100MS -> at100ms;
                case HTTP -> http;
                case IDEAL, LATENCY ->
                        throw new IllegalArgumentException(part + " has no backlog of its own");
            };
        }
    }

    /** The same with so many jobs in each throughput run. */
    Sizes withJobs(int each) {
        return new Sizes(
                new Jobs(each, each, each, each), otherContenders, rounds, warmUp, slow, fast);
    }

    /** The same with so much time for the other contenders. */
    Sizes withOtherContenders(Duration time) {
        return new Sizes(jobs, time, rounds, warmUp, slow, fast);
    }
}
