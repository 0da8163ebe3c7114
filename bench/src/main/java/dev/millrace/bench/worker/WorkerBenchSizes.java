package dev.millrace.bench.worker;

import dev.millrace.bench.report.Measurement;
import java.time.Duration;

/**
 * The sizes and durations of {@code bench worker}.
 *
 * @param jobs jobs of each throughput run
 * @param otherTimeLimit time limit of every contender except Millrace, which always finishes its
 *     backlog
 * @param rounds rounds of jobs in flight in the measurement of ideal throughput
 * @param limitRuns runs with limits, and runs without
 * @param warmUp warm-up before latency is measured
 * @param lowRate duration of the latency measurement at the lower rate
 * @param highRate duration of the latency measurement at the higher rate
 */
record WorkerBenchSizes(
        Jobs jobs,
        Duration otherTimeLimit,
        int rounds,
        int limitRuns,
        Duration warmUp,
        Duration lowRate,
        Duration highRate) {
    /** Takes about ten minutes on two cores. */
    static final WorkerBenchSizes DEFAULT =
            new WorkerBenchSizes(
                    new Jobs(600_000, 500_000, 400_000, 100_000),
                    Duration.ofSeconds(8),
                    25,
                    3,
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(20),
                    Duration.ofSeconds(10));

    /** Checks that everything works; the figures are of a cold JVM. */
    static final WorkerBenchSizes QUICK =
            new WorkerBenchSizes(
                    new Jobs(40_000, 40_000, 40_000, 20_000),
                    Duration.ofMillis(1_500),
                    5,
                    1,
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(2));

    /**
     * The number of jobs in each throughput run.
     *
     * @param at0ms number of jobs with work of 0 ms; every component is 1 or more
     */
    record Jobs(int at0ms, int at10ms, int at100ms, int http) {
        int of(Measurement measurement) {
            return switch (measurement) {
                case WORK_0MS -> at0ms;
                case WORK_10MS -> at10ms;
                case WORK_100MS -> at100ms;
                case HTTP -> http;
                case IDEAL, LATENCY, LIMITS ->
                        throw new IllegalArgumentException(measurement + " has no throughput run");
            };
        }
    }

    /** Returns these sizes with the given number of jobs in each throughput run. */
    WorkerBenchSizes withJobs(int each) {
        return new WorkerBenchSizes(
                new Jobs(each, each, each, each),
                otherTimeLimit,
                rounds,
                limitRuns,
                warmUp,
                lowRate,
                highRate);
    }

    /** Returns these sizes with another time limit for the other contenders. */
    WorkerBenchSizes withOtherTimeLimit(Duration time) {
        return new WorkerBenchSizes(jobs, time, rounds, limitRuns, warmUp, lowRate, highRate);
    }
}
