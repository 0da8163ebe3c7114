package dev.millrace.bench.resilience;

import dev.millrace.bench.cluster.BenchPipeline;
import dev.millrace.bench.cluster.CommittedReader;
import dev.millrace.bench.cluster.OpenLoopSubmitter;
import dev.millrace.bench.cluster.OpenLoopSubmitter.Pace;
import dev.millrace.bench.figures.LatencyPercentiles;
import dev.millrace.bench.figures.ResultTracker;
import dev.millrace.bench.process.ChildProcess;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.simulator.Simulator;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;

/** Submits jobs at a constant rate to a worker with one strategy, and reads their results. */
final class ResilienceTrial {
    private static final Duration POLL_TIMEOUT = Duration.ofMillis(20);

    /** Longer than the longest backoff. */
    private static final Duration STALL_TIMEOUT = Duration.ofSeconds(90);

    private static final double NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private final Strategy strategy;
    private final ResiliencePlan plan;
    private final Simulator provider;
    private final LongSupplier ticker;
    private final ResultTracker tracker;
    private final long[] latencyNanos;
    private int succeeded;

    ResilienceTrial(
            Strategy strategy, ResiliencePlan plan, Simulator provider, LongSupplier ticker) {
        this.strategy = strategy;
        this.plan = plan;
        this.provider = provider;
        this.ticker = ticker;
        int all = jobs();
        this.tracker = new ResultTracker(all);
        this.latencyNanos = new long[all];
    }

    /** Returns the number of all submitted jobs. */
    int jobs() {
        return plan.warmUp().jobs() + plan.jobs().jobs();
    }

    StrategyRow run(OpenLoopSubmitter load, BenchPipeline pipeline, ChildProcess worker)
            throws InterruptedException {
        try (var reader = new CommittedReader(pipeline, pipeline.results(""))) {
            submitAndRead(plan.warmUp(), load, reader, worker);
            long calls = provider.statistics().total().calls();
            submitAndRead(plan.jobs(), load, reader, worker);
            return row(provider.statistics().total().calls() - calls, worker);
        }
    }

    private void submitAndRead(
            Pace pace, OpenLoopSubmitter load, CommittedReader reader, ChildProcess worker)
            throws InterruptedException {
        int expected = Math.min(jobs(), tracker.distinct() + pace.jobs());
        Thread submitter = Thread.ofPlatform().name("submitter").start(() -> load.submit(pace));
        long last = ticker.getAsLong();
        while (tracker.distinct() < expected
                && worker.isAlive()
                && ticker.getAsLong() - last < STALL_TIMEOUT.toNanos()) {
            int before = tracker.distinct();
            reader.readValues(POLL_TIMEOUT, (number, value) -> onResult(number, value, load));
            last = tracker.distinct() > before ? ticker.getAsLong() : last;
        }
        submitter.join();
    }

    private void onResult(long number, byte[] value, OpenLoopSubmitter load) {
        tracker.add(number);
        boolean isMeasured = number >= plan.warmUp().jobs() && number < latencyNanos.length;
        if (isMeasured && ResultView.read(value).errorCode() == null) {
            succeeded++;
            latencyNanos[(int) number] = ticker.getAsLong() - load.submittedNanos(number);
        }
    }

    private StrategyRow row(long calls, ChildProcess worker) {
        Optional<String> problem =
                worker.isAlive()
                        ? tracker.problem()
                        : Optional.of("the worker ended early: " + worker.lastLogLines());
        long[] answered = LongStream.of(latencyNanos).filter(it -> it > 0).toArray();
        double mean = LongStream.of(answered).average().orElse(0) / NANOS_PER_MILLI;
        double p95 = answered.length == 0 ? 0 : LatencyPercentiles.of(answered).p95();
        return new StrategyRow(strategy, plan.jobs().jobs(), succeeded, mean, p95, calls, problem);
    }
}
