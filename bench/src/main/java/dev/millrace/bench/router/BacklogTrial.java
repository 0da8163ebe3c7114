package dev.millrace.bench.router;

import dev.millrace.bench.figures.Sample;
import dev.millrace.bench.figures.Seen;
import dev.millrace.bench.figures.Series;
import dev.millrace.bench.process.Child;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/** One way at a backlog, as a committed reader sees it: all of it must come out, each once. */
final class BacklogTrial {
    private static final Duration STEP = Duration.ofMillis(20);
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(60);

    private final WayTask task;
    private final int jobs;
    private final LongSupplier ticker;
    private final Seen seen;
    private final Series series = new Series();

    BacklogTrial(WayTask task, int jobs, LongSupplier ticker) {
        this.task = task;
        this.jobs = jobs;
        this.ticker = ticker;
        this.seen = new Seen(jobs);
    }

    RouterFigures.Backlog run(Child child) {
        try (var reader = task.reader()) {
            long last = ticker.getAsLong();
            while (child.isAlive()
                    && seen.distinct() < jobs
                    && ticker.getAsLong() - last < LONGEST_SILENCE.toNanos()) {
                int before = seen.distinct();
                reader.read(STEP, seen::add);
                if (seen.distinct() > before) {
                    last = ticker.getAsLong();
                    series.add(new Sample(last, seen.distinct(), child.cpu().toNanos()));
                }
            }
        }
        return new RouterFigures.Backlog(task.way(), series.steady(jobs, 1), problem(child));
    }

    private Optional<String> problem(Child child) {
        return child.isAlive()
                ? seen.problem()
                : Optional.of("the process has ended: " + child.lastWords());
    }
}
