package dev.millrace.bench.cluster;

import dev.millrace.bench.figures.ResultTracker;
import dev.millrace.bench.figures.Sample;
import dev.millrace.bench.figures.ThroughputInterval;
import dev.millrace.bench.figures.ThroughputSeries;
import dev.millrace.bench.process.ChildProcess;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Reads the committed output of a process that works on a backlog of numbered jobs.
 *
 * @param jobs number of jobs, numbered from 0
 */
public record BacklogTrial(int jobs, LongSupplier ticker) {
    private static final Duration POLL_TIMEOUT = Duration.ofMillis(20);
    private static final Duration STALL_TIMEOUT = Duration.ofSeconds(60);

    /** Time to wait for repeated output after the process has ended. */
    private static final Duration REPEAT_WAIT = Duration.ofMillis(200);

    /**
     * What was measured.
     *
     * @param steady the steady part; empty when there was too little output
     * @param problem missing or superfluous output; empty when there is none
     */
    public record Result(Optional<ThroughputInterval> steady, Optional<String> problem) {}

    /** Reads until the backlog is done, or no output comes any more. */
    public Result run(CommittedReader reader, ChildProcess child) {
        var tracker = new ResultTracker(jobs);
        var series = new ThroughputSeries();
        long last = ticker.getAsLong();
        while (child.isAlive()
                && tracker.distinct() < jobs
                && ticker.getAsLong() - last < STALL_TIMEOUT.toNanos()) {
            int before = tracker.distinct();
            reader.read(POLL_TIMEOUT, tracker::add);
            if (tracker.distinct() > before) {
                last = ticker.getAsLong();
                series.add(new Sample(last, tracker.distinct(), child.cpu().toNanos()));
            }
        }
        return new Result(series.steady(jobs), problem(tracker, reader, child));
    }

    private Optional<String> problem(
            ResultTracker tracker, CommittedReader reader, ChildProcess child) {
        if (!child.isAlive()) {
            return Optional.of("the process ended early: " + child.lastLogLines());
        }
        child.close();
        long ended = ticker.getAsLong();
        while (ticker.getAsLong() - ended < REPEAT_WAIT.toNanos()) {
            reader.read(POLL_TIMEOUT, tracker::add);
        }
        return tracker.problem();
    }
}
