package dev.millrace.bench.cluster;

import dev.millrace.bench.figures.ResultTracker;
import dev.millrace.bench.figures.Sample;
import dev.millrace.bench.figures.ThroughputInterval;
import dev.millrace.bench.figures.ThroughputSeries;
import dev.millrace.bench.process.ChildProcess;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Reads the output of a backlog of numbered jobs, which must contain each job exactly once. */
public final class BacklogRun {
    private static final Duration POLL_TIMEOUT = Duration.ofMillis(20);

    private final int jobs;
    private final Duration stallTimeout;
    private final LongSupplier ticker;
    private final ResultTracker tracker;
    private final ThroughputSeries series = new ThroughputSeries();

    /**
     * The result of the run.
     *
     * @param steady the steady part; empty when there were too few results
     * @param problem missing or superfluous output; empty when there is none
     */
    public record Result(Optional<ThroughputInterval> steady, Optional<String> problem) {}

    /**
     * @param jobs number of jobs, numbered from 0
     * @param stallTimeout wait for further output, after which the run ends
     * @param ticker monotonic nanoseconds
     */
    public BacklogRun(int jobs, Duration stallTimeout, LongSupplier ticker) {
        this.jobs = jobs;
        this.stallTimeout = stallTimeout;
        this.ticker = ticker;
        this.tracker = new ResultTracker(jobs);
    }

    /** Reads until each job has come out, the process has ended, or no output comes any more. */
    public Result run(CommittedReader reader, ChildProcess child) {
        long last = ticker.getAsLong();
        while (child.isAlive()
                && tracker.distinct() < jobs
                && ticker.getAsLong() - last < stallTimeout.toNanos()) {
            int before = tracker.distinct();
            reader.read(POLL_TIMEOUT, tracker::add);
            if (tracker.distinct() > before) {
                last = ticker.getAsLong();
                series.add(new Sample(last, tracker.distinct(), child.cpu().toNanos()));
            }
        }
        return new Result(series.steady(jobs, 1), problem(child));
    }

    private Optional<String> problem(ChildProcess child) {
        return child.isAlive()
                ? tracker.problem()
                : Optional.of("the process ended early: " + child.lastLogLines());
    }
}
