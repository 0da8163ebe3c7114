package dev.millrace.bench.cluster;

import dev.millrace.bench.cluster.OpenLoopSubmitter.Pace;
import dev.millrace.bench.figures.LatencyPercentiles;
import dev.millrace.bench.figures.ResultTracker;
import dev.millrace.bench.process.ChildProcess;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Measures the latency of jobs submitted at a constant rate, from just before submission to a
 * committed reader. Submits a single job first, until the contender has started and its output is
 * visible; then warm-up jobs; then the measured jobs.
 */
public final class LatencyRun {
    private static final Pace FIRST_JOB = new Pace(1, Duration.ofSeconds(1));
    private static final Duration POLL_TIMEOUT = Duration.ofMillis(20);
    private static final Duration STALL_TIMEOUT = Duration.ofSeconds(30);

    private final Pace warmUp;
    private final Pace pace;
    private final LongSupplier ticker;
    private final ResultTracker tracker;
    private final long[] latencyNanos;

    /**
     * The result of the run.
     *
     * @param percentiles latencies; empty when there is a problem
     * @param problem empty when each job came out exactly once
     */
    public record Result(Optional<LatencyPercentiles> percentiles, Optional<String> problem) {}

    /**
     * @param warmUp pace of the warm-up jobs
     * @param pace pace of the measured jobs
     */
    public LatencyRun(Pace warmUp, Pace pace, LongSupplier ticker) {
        this.warmUp = warmUp;
        this.pace = pace;
        this.ticker = ticker;
        tracker = new ResultTracker(jobs());
        latencyNanos = new long[jobs()];
    }

    /** Returns the number of all submitted jobs. */
    public int jobs() {
        return FIRST_JOB.jobs() + warmUp.jobs() + pace.jobs();
    }

    /** Submits all jobs and reads their output. */
    public Result run(OpenLoopSubmitter load, CommittedReader reader, ChildProcess child)
            throws InterruptedException {
        boolean isComplete =
                submitAndRead(FIRST_JOB, load, reader, child)
                        && submitAndRead(warmUp, load, reader, child)
                        && submitAndRead(pace, load, reader, child);
        Optional<String> problem =
                isComplete
                        ? tracker.problem()
                        : Optional.of("no output for some jobs: " + child.lastLogLines());
        long[] measured =
                Arrays.copyOfRange(latencyNanos, jobs() - pace.jobs(), latencyNanos.length);
        return new Result(
                problem.isPresent()
                        ? Optional.empty()
                        : Optional.of(LatencyPercentiles.of(measured)),
                problem);
    }

    /** Submits jobs and reads their output; returns true when all of it arrived. */
    private boolean submitAndRead(
            Pace jobs, OpenLoopSubmitter load, CommittedReader reader, ChildProcess child)
            throws InterruptedException {
        int expected = tracker.distinct() + jobs.jobs();
        Thread submitter = Thread.ofPlatform().name("submitter").start(() -> load.submit(jobs));
        long last = ticker.getAsLong();
        while (tracker.distinct() < expected
                && child.isAlive()
                && ticker.getAsLong() - last < STALL_TIMEOUT.toNanos()) {
            int before = tracker.distinct();
            reader.read(POLL_TIMEOUT, number -> onOutput(number, load));
            last = tracker.distinct() > before ? ticker.getAsLong() : last;
        }
        submitter.join();
        return tracker.distinct() == expected;
    }

    private void onOutput(long number, OpenLoopSubmitter load) {
        tracker.add(number);
        if (number >= 0 && number < latencyNanos.length) {
            latencyNanos[(int) number] = ticker.getAsLong() - load.submittedNanos(number);
        }
    }
}
