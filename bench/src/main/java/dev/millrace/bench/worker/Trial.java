package dev.millrace.bench.worker;

import dev.millrace.bench.cluster.CommittedReader;
import dev.millrace.bench.contender.ContenderProgram;
import dev.millrace.bench.contender.Kind;
import dev.millrace.bench.contender.Task;
import dev.millrace.bench.figures.Sample;
import dev.millrace.bench.figures.Seen;
import dev.millrace.bench.figures.Series;
import dev.millrace.bench.process.Child;
import dev.millrace.bench.process.PeakMemory;
import dev.millrace.bench.report.Observed;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * One contender at a backlog, as a committed reader sees it. Millrace does all of it, and its
 * results must be exactly those of the jobs; the others are ended after a while.
 */
final class Trial {
    private static final Duration STEP = Duration.ofMillis(20);
    private static final Duration BETWEEN_SAMPLES = Duration.ofMillis(5);
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(60);

    /** What could still come after the last commit has been there for that long. */
    private static final Duration AFTER_THE_END = Duration.ofMillis(200);

    private final Task task;
    private final int jobs;
    private final Duration most;
    private final LongSupplier ticker;
    private final Seen seen;
    private final Series series = new Series();

    private long firstNanos;
    private long lastNanos;
    private boolean isHeapAsked;

    /**
     * @param jobs in the backlog
     * @param most how long it may show results, unless it is Millrace
     */
    Trial(Task task, int jobs, Duration most, LongSupplier ticker) {
        this.task = task;
        this.jobs = jobs;
        this.most = most;
        this.ticker = ticker;
        this.seen = new Seen(jobs);
    }

    /**
     * Runs it in a process of its own.
     *
     * @param asksForHeap whether it is to collect garbage in full flight, after its steady part
     */
    Observed run(Stage stage, String name, boolean asksForHeap) throws IOException {
        try (var reader = new CommittedReader(task.pipeline(), task.results());
                var child = stage.start(ContenderProgram.class, name, task)) {
            lastNanos = ticker.getAsLong();
            while (child.isAlive() && !isOver()) {
                look(reader, child, asksForHeap);
            }
            PeakMemory memory = child.memory();
            long liveHeapMib = isHeapAsked && child.isAlive() ? child.liveHeapMib() : 0;
            return new Observed(
                    seen.distinct(),
                    series.steady(jobs, task.concurrency()),
                    memory,
                    liveHeapMib,
                    problem(reader, child));
        }
    }

    private boolean isOver() {
        long now = ticker.getAsLong();
        return seen.distinct() == jobs
                || now - lastNanos >= LONGEST_SILENCE.toNanos()
                || (task.kind() != Kind.MILLRACE
                        && seen.distinct() > 0
                        && now - firstNanos >= most.toNanos());
    }

    private void look(CommittedReader reader, Child child, boolean asksForHeap) {
        int before = seen.distinct();
        reader.read(STEP, seen::add);
        if (seen.distinct() == before) {
            return;
        }
        long now = ticker.getAsLong();
        if (before == 0) {
            firstNanos = now;
        }
        if (before == 0
                || seen.distinct() == jobs
                || now - lastNanos >= BETWEEN_SAMPLES.toNanos()) {
            series.add(new Sample(now, seen.distinct(), child.cpu().toNanos()));
            lastNanos = now;
        }
        if (asksForHeap
                && !isHeapAsked
                && seen.distinct() >= Series.beforeTheEnd(jobs, task.concurrency())) {
            isHeapAsked = true;
            child.askForHeap();
        }
    }

    private Optional<String> problem(CommittedReader reader, Child child) {
        if (!child.isAlive()) {
            return Optional.of("the process has ended: " + child.lastWords());
        }
        if (task.kind() != Kind.MILLRACE) {
            child.kill();
            return seen.distinct() > 0
                    ? Optional.empty()
                    : Optional.of("no result: " + child.lastWords());
        }
        child.close();
        long ended = ticker.getAsLong();
        while (ticker.getAsLong() - ended < AFTER_THE_END.toNanos()) {
            reader.read(STEP, seen::add);
        }
        return seen.problem();
    }
}
