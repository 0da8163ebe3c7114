package dev.millrace.bench.router;

import dev.millrace.bench.cluster.OpenLoop.Pace;
import java.time.Duration;
import java.util.List;

/**
 * How much of everything.
 *
 * @param jobs in each backlog
 * @param rounds how often each way works off one, in turns
 * @param warmUp before latency is measured
 * @param paces at which it is
 * @param classifyRounds times through the requests that are classified
 */
record RouterSizes(int jobs, int rounds, Pace warmUp, List<Pace> paces, int classifyRounds) {
    private static final int SLOW = 50;
    private static final int FAST = 1_000;

    static final RouterSizes USUAL =
            new RouterSizes(
                    600_000,
                    3,
                    new Pace(FAST, Duration.ofSeconds(30)),
                    List.of(
                            new Pace(SLOW, Duration.ofSeconds(30)),
                            new Pace(FAST, Duration.ofSeconds(15))),
                    100);

    /** Shows that it works. */
    static final RouterSizes QUICK =
            new RouterSizes(
                    5_000,
                    1,
                    new Pace(FAST, Duration.ofSeconds(1)),
                    List.of(
                            new Pace(SLOW, Duration.ofSeconds(2)),
                            new Pace(FAST, Duration.ofSeconds(1))),
                    1);

    RouterSizes {
        paces = List.copyOf(paces);
    }

    RouterSizes withJobs(int others) {
        return new RouterSizes(others, rounds, warmUp, paces, classifyRounds);
    }
}
