package dev.millrace.bench.router;

import dev.millrace.bench.figures.ResultTracker;
import dev.millrace.bench.figures.Sample;
import dev.millrace.bench.figures.ThroughputSeries;
import dev.millrace.bench.process.ChildProcess;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Runs one contender on a backlog; a committed reader must receive each request exactly once. */
final class BacklogTrial {
    private static final Duration POLL_TIMEOUT = Duration.ofMillis(20);
    private static final Duration STALL_TIMEOUT = Duration.ofSeconds(60);

    private final RouterTask task;
    private final int jobs;
    private final LongSupplier ticker;
    private final ResultTracker tracker;
    private final ThroughputSeries series = new ThroughputSeries();

    BacklogTrial(RouterTask task, int jobs, LongSupplier ticker) {
        this.task = task;
        this.jobs = jobs;
        this.ticker = ticker;
        this.tracker = new ResultTracker(jobs);
    }

    RouterFigures.BacklogResult run(ChildProcess child) {
        try (var reader = task.reader()) {
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
        }
        return new RouterFigures.BacklogResult(
                task.contender(), series.steady(jobs, 1), problem(child));
    }

    private Optional<String> problem(ChildProcess child) {
        return child.isAlive()
                ? tracker.problem()
                : Optional.of("the process ended early: " + child.lastLogLines());
    }
}
