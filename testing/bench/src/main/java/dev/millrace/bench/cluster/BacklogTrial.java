package dev.millrace.bench.cluster;

import dev.millrace.bench.figures.ResultTracker;
import dev.millrace.bench.figures.Sample;
import dev.millrace.bench.figures.ThroughputInterval;
import dev.millrace.bench.figures.ThroughputSeries;
import dev.millrace.bench.process.ChildProcess;
import dev.millrace.bench.process.PeakMemory;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads the committed output of a process that works on a backlog of numbered jobs.
 *
 * @param jobs number of jobs, numbered from 0
 * @param inFlight jobs in flight at once, 1 or more
 * @param timeLimit time from the first output after which the process is killed, whatever it has
 *     done; null if it must finish the backlog, with each job exactly once in its output
 */
public record BacklogTrial(
        int jobs, int inFlight, @Nullable Duration timeLimit, LongSupplier ticker) {
    private static final Duration POLL_TIMEOUT = Duration.ofMillis(20);
    private static final Duration STALL_TIMEOUT = Duration.ofSeconds(60);

    /** Time to wait for repeated output after the process has ended. */
    private static final Duration REPEAT_WAIT = Duration.ofMillis(200);

    /**
     * What was measured.
     *
     * @param jobs number of jobs with output
     * @param steady the steady part; empty when there was too little output
     * @param problem missing or superfluous output; empty when there is none
     */
    public record Result(
            int jobs,
            Optional<ThroughputInterval> steady,
            PeakMemory memory,
            Optional<String> problem) {
        /** Returns the jobs per second of the steady part; null without one. */
        public @Nullable Double perSecond() {
            return steady.map(ThroughputInterval::jobsPerSecond).orElse(null);
        }

        /** Returns the microseconds of CPU time a job of the steady part; null without one. */
        public @Nullable Double cpuMicros() {
            return steady.map(ThroughputInterval::cpuMicrosPerJob).orElse(null);
        }
    }

    /** Reads until the backlog is done, the time is over, or no output comes any more. */
    public Result run(CommittedReader reader, ChildProcess child) throws IOException {
        var tracker = new ResultTracker(jobs);
        var series = new ThroughputSeries();
        long last = ticker.getAsLong();
        long end = timeLimit == null ? Long.MAX_VALUE : timeLimit.toNanos();
        long first = last;
        while (child.isAlive()
                && tracker.distinct() < jobs
                && ticker.getAsLong() - last < STALL_TIMEOUT.toNanos()
                && (tracker.distinct() == 0 || ticker.getAsLong() - first < end)) {
            int before = tracker.distinct();
            reader.read(POLL_TIMEOUT, tracker::add);
            if (tracker.distinct() > before) {
                last = ticker.getAsLong();
                first = before == 0 ? last : first;
                series.add(new Sample(last, tracker.distinct(), child.cpu().toNanos()));
            }
        }
        PeakMemory memory = child.memory();
        Optional<String> problem = problem(tracker, reader, child);
        return new Result(tracker.distinct(), series.steady(jobs, inFlight), memory, problem);
    }

    private Optional<String> problem(
            ResultTracker tracker, CommittedReader reader, ChildProcess child) {
        if (!child.isAlive()) {
            return Optional.of("the process ended early: " + child.lastLogLines());
        }
        if (timeLimit != null) {
            child.kill();
            return tracker.distinct() > 0
                    ? Optional.empty()
                    : Optional.of("no result: " + child.lastLogLines());
        }
        child.close();
        long ended = ticker.getAsLong();
        while (ticker.getAsLong() - ended < REPEAT_WAIT.toNanos()) {
            reader.read(POLL_TIMEOUT, tracker::add);
        }
        return tracker.problem();
    }
}
