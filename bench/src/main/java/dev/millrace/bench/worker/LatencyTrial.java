package dev.millrace.bench.worker;

import dev.millrace.bench.cluster.CommittedReader;
import dev.millrace.bench.cluster.OpenLoop;
import dev.millrace.bench.cluster.OpenLoop.Pace;
import dev.millrace.bench.contender.ContenderProgram;
import dev.millrace.bench.contender.Task;
import dev.millrace.bench.figures.Percentiles;
import dev.millrace.bench.figures.Seen;
import dev.millrace.bench.process.Child;
import dev.millrace.bench.report.LatencyRow;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/**
 * One contender at jobs that come at a rate. First a job alone, until it is there and the contender
 * with it; then jobs to warm up with; when all of these are there, the ones that count.
 */
final class LatencyTrial implements AutoCloseable {
    private static final Pace ONE = new Pace(1, Duration.ofSeconds(1));
    private static final Duration STEP = Duration.ofMillis(20);
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(30);

    private final Task task;
    private final Pace warmUp;
    private final Pace pace;
    private final Stage stage;
    private final int uncounted;
    private final Seen seen;
    private final long[] tookNanos;
    private final OpenLoop load;
    private final CommittedReader reader;

    /**
     * @param warmUp jobs that do not count
     * @param pace jobs that do
     */
    LatencyTrial(Task task, Pace warmUp, Pace pace, Stage stage) {
        this.task = task;
        this.warmUp = warmUp;
        this.pace = pace;
        this.stage = stage;
        this.uncounted = ONE.jobs() + warmUp.jobs();
        int jobs = uncounted + pace.jobs();
        this.seen = new Seen(jobs);
        this.tookNanos = new long[jobs];
        this.load = new OpenLoop(task.pipeline(), jobs, stage.clock(), stage.ticker());
        this.reader = new CommittedReader(task.pipeline(), task.results());
    }

    LatencyRow run(String name) throws IOException, InterruptedException {
        try (Child child = stage.start(ContenderProgram.class, name, task)) {
            boolean isComplete =
                    submitAndRead(ONE, child)
                            && submitAndRead(warmUp, child)
                            && submitAndRead(pace, child);
            Optional<String> problem =
                    isComplete
                            ? seen.problem()
                            : Optional.of("results are missing: " + child.lastWords());
            return new LatencyRow(
                    pace.perSecond(), task.kind(), pace.jobs(), percentiles(problem), problem);
        }
    }

    private Optional<Percentiles> percentiles(Optional<String> problem) {
        return problem.isPresent()
                ? Optional.empty()
                : Optional.of(
                        Percentiles.of(Arrays.copyOfRange(tookNanos, uncounted, tookNanos.length)));
    }

    /** Whether all of them came out. */
    private boolean submitAndRead(Pace jobs, Child child) throws InterruptedException {
        int before = seen.distinct();
        Thread submitter = Thread.ofPlatform().name("submitter").start(() -> load.submit(jobs));
        long last = stage.ticker().getAsLong();
        while (seen.distinct() < before + jobs.jobs()
                && child.isAlive()
                && stage.ticker().getAsLong() - last < LONGEST_SILENCE.toNanos()) {
            int count = seen.distinct();
            reader.read(STEP, this::onResult);
            last = seen.distinct() > count ? stage.ticker().getAsLong() : last;
        }
        submitter.join();
        return seen.distinct() == before + jobs.jobs();
    }

    private void onResult(long number) {
        seen.add(number);
        if (number >= 0 && number < tookNanos.length) {
            tookNanos[(int) number] = stage.ticker().getAsLong() - load.submittedNanos(number);
        }
    }

    @Override
    public void close() {
        load.close();
        reader.close();
    }
}
