package dev.millrace.bench.router;

import dev.millrace.bench.cluster.OpenLoopSubmitter.Pace;
import java.time.Duration;
import java.util.List;

/**
 * The sizes and durations of {@code bench router}.
 *
 * @param jobs requests in each backlog
 * @param rounds backlogs of each contender, in alternation
 * @param warmUp warm-up before latency is measured
 * @param paces rates at which latency is measured
 * @param classifyRounds rounds through the requests to classify
 */
record RouterSizes(int jobs, int rounds, Pace warmUp, List<Pace> paces, int classifyRounds) {
    private static final int LOW_RATE = 50;
    private static final int HIGH_RATE = 1_000;

    static final RouterSizes DEFAULT =
            new RouterSizes(
                    600_000,
                    3,
                    new Pace(HIGH_RATE, Duration.ofSeconds(30)),
                    List.of(
                            new Pace(LOW_RATE, Duration.ofSeconds(30)),
                            new Pace(HIGH_RATE, Duration.ofSeconds(15))),
                    100);

    /** Checks that everything works. */
    static final RouterSizes QUICK =
            new RouterSizes(
                    5_000,
                    1,
                    new Pace(HIGH_RATE, Duration.ofSeconds(1)),
                    List.of(
                            new Pace(LOW_RATE, Duration.ofSeconds(2)),
                            new Pace(HIGH_RATE, Duration.ofSeconds(1))),
                    1);

    RouterSizes {
        paces = List.copyOf(paces);
    }

    RouterSizes withJobs(int count) {
        return new RouterSizes(count, rounds, warmUp, paces, classifyRounds);
    }
}
