package dev.millrace.worker.simulation;

import dev.millrace.contracts.config.ModelSelection;
import dev.millrace.contracts.config.WorkerConfig;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * What a seed makes of a history.
 *
 * @param random for everything that is decided on the way
 * @param isPlanned whether processes and transactions are spared, so that nothing but planned
 *     changes happens
 * @param chaos for how long things go wrong
 */
record Scenario(
        long seed,
        SplittableRandom random,
        boolean isPlanned,
        Sizes sizes,
        Faults faults,
        Weather weather,
        Duration chaos) {
    static final Duration TOTAL_TIMEOUT = Duration.ofSeconds(20);
    private static final long GREATEST_HELD = 256L << 20;
    private static final long MIN_HELD = 1L << 20;

    /** Below that no ledger works at all. */
    private static final int MIN_METADATA_CHARS = 64;

    /**
     * How much of everything there is.
     *
     * @param jobs over all partitions
     * @param backlog in bulk, beside those, from the beginning
     * @param workers processes at the beginning
     * @param gapRarity one offset in so many is followed by a large gap
     * @param largeJobBytes of some jobs; 0 for none
     * @param metadataChars longest metadata of an offset
     */
    record Sizes(
            int models,
            int partitions,
            int jobs,
            int backlog,
            int workers,
            int maxPollRecords,
            int gapRarity,
            int largeJobBytes,
            int metadataChars,
            Duration sessionTimeout) {}

    /**
     * Probabilities of what goes wrong at one step of a process.
     *
     * @param crash at each call of a port
     * @param pause of the whole process, at each call of a port
     * @param stall of the loop's thread only
     * @param abort of a transaction
     * @param doubt about a transaction
     * @param unanswered other questions to the cluster
     * @param pollError of a poll
     * @param lostReport of a call's report
     */
    record Faults(
            double crash,
            double pause,
            double stall,
            double abort,
            double doubt,
            double unanswered,
            double pollError,
            double lostReport) {
        static final Faults NONE = new Faults(0, 0, 0, 0, 0, 0, 0, 0);
    }

    /**
     * How the provider is.
     *
     * @param good part of the calls that are answered
     * @param latency of a usual call
     */
    record Weather(double good, Duration latency) {}

    static Scenario of(long seed) {
        var random = new SplittableRandom(seed);
        boolean isPlanned = random.nextInt(4) == 0;
        return new Scenario(
                seed,
                random,
                isPlanned,
                sizes(random),
                isPlanned ? Faults.NONE : faults(random),
                weather(random),
                Duration.ofMillis(random.nextInt(2_000, 30_000)));
    }

    private static Sizes sizes(SplittableRandom random) {
        // Now and then metadata that has hardly room for anything, and much to hold.
        boolean isTight = random.nextInt(8) == 0;
        int models = isTight ? 1 : random.nextInt(1, 3);
        return new Sizes(
                models,
                isTight ? 1 : random.nextInt(models, 7),
                random.nextInt(5, 41),
                random.nextInt(4) == 0 ? random.nextInt(10, 60) : 0,
                random.nextInt(1, 4),
                random.nextInt(1, 30),
                isTight ? 2 : 40,
                random.nextInt(40) == 0 ? random.nextInt(100_000, 400_000) : 0,
                isTight ? MIN_METADATA_CHARS : oneOf(random, 4_096, 256),
                Duration.ofSeconds(oneOf(random, 6, 10, 20)));
    }

    private static Faults faults(SplittableRandom random) {
        return new Faults(
                rate(random, 0.01),
                rate(random, 0.01),
                rate(random, 0.001),
                rate(random, 0.2),
                rate(random, 0.1),
                rate(random, 0.2),
                rate(random, 0.2),
                rate(random, 0.02));
    }

    /** Up to that probability, often much less, now and then none at all. */
    private static double rate(SplittableRandom random, double most) {
        double part = random.nextDouble();
        return random.nextInt(4) == 0 ? 0 : most * part * part;
    }

    private static Weather weather(SplittableRandom random) {
        return new Weather(
                oneOf(random, 100, 95, 70, 40) / 100.0,
                Duration.ofMillis(oneOf(random, 5, 50, 500, 3_000)));
    }

    /**
     * The settings that all processes of the history have.
     *
     * @param callTimeout how long a call may take
     */
    WorkerConfig config(String instance, Duration callTimeout) {
        // Apart from the history's own: the same for each process.
        var mine = new SplittableRandom(seed + 1);
        Duration initial = Duration.ofMillis(oneOf(mine, 1, 50, 500));
        return new WorkerConfig(
                Optional.of(instance),
                ModelSelection.ALL,
                oneOf(mine, 1, 2, 5, 20, 100),
                oneOf(mine, 1, 2, 5, 20, 100),
                sizes.largeJobBytes == 0 ? GREATEST_HELD : MIN_HELD,
                Duration.ofMillis(oneOf(mine, 0, 10, 100)),
                mine.nextInt(1, 7),
                new WorkerConfig.Backoff(initial, 2, initial.multipliedBy(8)),
                new WorkerConfig.RetryBudget(oneOf(mine, 0, 20, 100), Duration.ofSeconds(10)),
                new WorkerConfig.Timeouts(
                        Duration.ofSeconds(5), TOTAL_TIMEOUT, TOTAL_TIMEOUT, callTimeout),
                WorkerConfig.Breaker.DEFAULT,
                Duration.ofSeconds(oneOf(mine, 0, 1, 5, 20)),
                WorkerConfig.LaneWeights.DEFAULT,
                WorkerConfig.Lease.DEFAULT);
    }

    static int oneOf(SplittableRandom random, int... choices) {
        return choices[random.nextInt(choices.length)];
    }

    static <T> T oneOf(SplittableRandom random, List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
