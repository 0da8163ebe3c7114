package dev.millrace.bench.worker;

import dev.millrace.bench.cluster.CommittedReader;
import dev.millrace.bench.contender.Contender;
import dev.millrace.bench.contender.ContenderProgram;
import dev.millrace.bench.contender.ContenderTask;
import dev.millrace.bench.figures.ResultTracker;
import dev.millrace.bench.figures.Sample;
import dev.millrace.bench.figures.ThroughputSeries;
import dev.millrace.bench.process.ChildProcess;
import dev.millrace.bench.process.PeakMemory;
import dev.millrace.bench.report.ContenderResult;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Runs one contender on a backlog, observed by a committed reader. Millrace finishes the backlog
 * and must produce exactly one result for each job. Other contenders are killed after a time limit.
 */
final class ContenderTrial {
    private static final Duration POLL_TIMEOUT = Duration.ofMillis(20);
    private static final Duration SAMPLE_INTERVAL = Duration.ofMillis(5);
    private static final Duration STALL_TIMEOUT = Duration.ofSeconds(60);

    /** Time to wait for duplicate results after the contender has ended. */
    private static final Duration DUPLICATE_WAIT = Duration.ofMillis(200);

    private final ContenderTask task;
    private final int jobs;
    private final Duration timeLimit;
    private final LongSupplier ticker;
    private final ResultTracker tracker;
    private final ThroughputSeries series = new ThroughputSeries();

    private long firstNanos;
    private long lastNanos;
    private boolean isHeapRequested;

    /**
     * @param jobs number of jobs in the backlog
     * @param timeLimit time from the first result until the contender is killed; ignored for
     *     Millrace
     */
    ContenderTrial(ContenderTask task, int jobs, Duration timeLimit, LongSupplier ticker) {
        this.task = task;
        this.jobs = jobs;
        this.timeLimit = timeLimit;
        this.ticker = ticker;
        this.tracker = new ResultTracker(jobs);
    }

    /**
     * Runs the contender in a separate process.
     *
     * @param measuresLiveHeap measures the heap after a collection at the end of the steady part
     */
    ContenderResult run(BenchContext context, String name, boolean measuresLiveHeap)
            throws IOException {
        try (var reader = new CommittedReader(task.pipeline(), task.results());
                var child = context.start(ContenderProgram.class, name, task)) {
            lastNanos = ticker.getAsLong();
            while (child.isAlive() && !isFinished()) {
                sampleResults(reader, child, measuresLiveHeap);
            }
            PeakMemory memory = child.memory();
            long liveHeapMib = isHeapRequested && child.isAlive() ? child.liveHeapMib() : 0;
            return new ContenderResult(
                    tracker.distinct(),
                    series.steady(jobs, task.concurrency()),
                    memory,
                    liveHeapMib,
                    problem(reader, child));
        }
    }

    private boolean isFinished() {
        long now = ticker.getAsLong();
        return tracker.distinct() == jobs
                || now - lastNanos >= STALL_TIMEOUT.toNanos()
                || (task.contender() != Contender.MILLRACE
                        && tracker.distinct() > 0
                        && now - firstNanos >= timeLimit.toNanos());
    }

    private void sampleResults(
            CommittedReader reader, ChildProcess child, boolean measuresLiveHeap) {
        int before = tracker.distinct();
        reader.read(POLL_TIMEOUT, tracker::add);
        if (tracker.distinct() == before) {
            return;
        }
        long now = ticker.getAsLong();
        if (before == 0) {
            firstNanos = now;
        }
        if (before == 0
                || tracker.distinct() == jobs
                || now - lastNanos >= SAMPLE_INTERVAL.toNanos()) {
            series.add(new Sample(now, tracker.distinct(), child.cpu().toNanos()));
            lastNanos = now;
        }
        if (measuresLiveHeap
                && !isHeapRequested
                && tracker.distinct()
                        >= ThroughputSeries.jobsBeforeTail(jobs, task.concurrency())) {
            isHeapRequested = true;
            child.requestLiveHeap();
        }
    }

    private Optional<String> problem(CommittedReader reader, ChildProcess child) {
        if (!child.isAlive()) {
            return Optional.of("the process ended early: " + child.lastLogLines());
        }
        if (task.contender() != Contender.MILLRACE) {
            child.kill();
            return tracker.distinct() > 0
                    ? Optional.empty()
                    : Optional.of("no result: " + child.lastLogLines());
        }
        child.close();
        long ended = ticker.getAsLong();
        while (ticker.getAsLong() - ended < DUPLICATE_WAIT.toNanos()) {
            reader.read(POLL_TIMEOUT, tracker::add);
        }
        return tracker.problem();
    }
}
