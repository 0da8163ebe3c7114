package dev.millrace.bench.worker;

import dev.millrace.bench.contender.Contender;
import java.time.Duration;
import java.util.List;

/**
 * The parameters of {@code bench worker}.
 *
 * @param jobs jobs of each backlog, 1 or more
 * @param time after which other contenders than Millrace are stopped, and of each measurement of
 *     latency
 * @param inFlight Millrace's jobs in flight, 1 or more
 */
record WorkerBenchPlan(
        List<Part> parts, List<Contender> contenders, int jobs, Duration time, int inFlight) {
    private static final int THREADS_WITHOUT_WORK = 100;
    private static final int THREADS = 1_000;

    /** Rounds of jobs in flight that show the throughput with calls of a second. */
    private static final int ROUNDS = 25;

    WorkerBenchPlan {
        parts = List.copyOf(parts);
        contenders = List.copyOf(contenders);
    }

    /** Returns the number of jobs of a backlog. */
    int jobs(Part part) {
        return part == Part.WORK_1S ? Math.min(jobs, ROUNDS * inFlight) : jobs;
    }

    /** Returns the number of jobs that a contender processes at once. */
    int concurrency(Contender contender, Part part) {
        return switch (contender) {
            case PARALLEL, PARALLEL_TX -> part == Part.WORK_0MS ? THREADS_WITHOUT_WORK : THREADS;
            case HOP -> 1;
            case VIRTUAL, SHARE, MILLRACE, LIMITED -> inFlight;
        };
    }
}
