package dev.millrace.bench.cluster;

import dev.millrace.bench.cluster.OpenLoop.Pace;
import dev.millrace.bench.figures.Percentiles;
import dev.millrace.bench.figures.Seen;
import dev.millrace.bench.process.Child;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Jobs that come at a rate, from just before the submission to a committed reader. First one alone,
 * until it is there and whoever is measured with it; then some to warm up with; then those that
 * count.
 */
public final class PacedRun {
    private static final Pace ONE = new Pace(1, Duration.ofSeconds(1));
    private static final Duration STEP = Duration.ofMillis(20);
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(30);

    private final Pace warmUp;
    private final Pace pace;
    private final LongSupplier ticker;
    private final int uncounted;
    private final Seen seen;
    private final long[] tookNanos;

    /**
     * What came of it.
     *
     * @param took empty when there is a problem
     * @param problem empty when each came out once
     */
    public record Outcome(Optional<Percentiles> took, Optional<String> problem) {}

    /**
     * @param warmUp jobs that do not count
     * @param pace jobs that do
     */
    public PacedRun(Pace warmUp, Pace pace, LongSupplier ticker) {
        this.warmUp = warmUp;
        this.pace = pace;
        this.ticker = ticker;
        uncounted = ONE.jobs() + warmUp.jobs();
        seen = new Seen(jobs());
        tookNanos = new long[jobs()];
    }

    /** All that are submitted. */
    public int jobs() {
        return uncounted + pace.jobs();
    }

    /** Submits and reads all of them. */
    public Outcome run(OpenLoop load, CommittedReader reader, Child child)
            throws InterruptedException {
        boolean isComplete =
                submitAndRead(ONE, load, reader, child)
                        && submitAndRead(warmUp, load, reader, child)
                        && submitAndRead(pace, load, reader, child);
        Optional<String> problem =
                isComplete
                        ? seen.problem()
                        : Optional.of("jobs did not come out: " + child.lastWords());
        return new Outcome(
                problem.isPresent()
                        ? Optional.empty()
                        : Optional.of(
                                Percentiles.of(
                                        Arrays.copyOfRange(
                                                tookNanos, uncounted, tookNanos.length))),
                problem);
    }

    /** Whether all of them came out. */
    private boolean submitAndRead(Pace jobs, OpenLoop load, CommittedReader reader, Child child)
            throws InterruptedException {
        int wanted = seen.distinct() + jobs.jobs();
        Thread submitter = Thread.ofPlatform().name("submitter").start(() -> load.submit(jobs));
        long last = ticker.getAsLong();
        while (seen.distinct() < wanted
                && child.isAlive()
                && ticker.getAsLong() - last < LONGEST_SILENCE.toNanos()) {
            int before = seen.distinct();
            reader.read(STEP, number -> onOutput(number, load));
            last = seen.distinct() > before ? ticker.getAsLong() : last;
        }
        submitter.join();
        return seen.distinct() == wanted;
    }

    private void onOutput(long number, OpenLoop load) {
        seen.add(number);
        if (number >= 0 && number < tookNanos.length) {
            tookNanos[(int) number] = ticker.getAsLong() - load.submittedNanos(number);
        }
    }
}
