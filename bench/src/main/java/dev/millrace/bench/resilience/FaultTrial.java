package dev.millrace.bench.resilience;

import dev.millrace.bench.cluster.CommittedReader;
import dev.millrace.bench.figures.ResultTracker;
import dev.millrace.bench.process.ChildProcess;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.simulator.Simulator;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Reads the results of half of a backlog, lets the provider fail, loads the other half, and repairs
 * the provider after a while. The other half comes only then so that a slow reader cannot find the
 * whole backlog done before the fault began. Used by one thread.
 */
final class FaultTrial {
    private static final Duration POLL_TIMEOUT = Duration.ofMillis(20);

    /** Longest time for half of the backlog, apart from the time that a breaker is open. */
    private static final Duration HALF_TIMEOUT = Duration.ofSeconds(90);

    /** A breaker is open for at most this many times {@code open_for}. */
    private static final int LONGEST_OPEN_FACTOR = 10;

    /** Writes jobs with the numbers from {@code first} on; returns when all are written. */
    interface Backlog {
        void load(int first, int count);
    }

    private final FaultPlan plan;
    private final Backlog backlog;
    private final Simulator provider;
    private final CommittedReader reader;
    private final ChildProcess worker;
    private final LongSupplier ticker;
    private final ResultTracker tracker;
    private int failed;
    private long lastNanos;

    FaultTrial(
            FaultPlan plan,
            Backlog backlog,
            Simulator provider,
            CommittedReader reader,
            ChildProcess worker,
            LongSupplier ticker) {
        this.plan = plan;
        this.backlog = backlog;
        this.provider = provider;
        this.reader = reader;
        this.worker = worker;
        this.ticker = ticker;
        this.tracker = new ResultTracker(plan.jobs());
        this.lastNanos = ticker.getAsLong();
    }

    FaultRow run(FaultCase what) {
        Fault fault = what.fault();
        Duration timeout = HALF_TIMEOUT.plus(plan.openFor().multipliedBy(LONGEST_OPEN_FACTOR));
        int half = plan.jobs() / 2;
        backlog.load(0, half);
        read(timeout, () -> tracker.distinct() == half);
        long before = calls();
        fault.begin(provider);
        backlog.load(half, plan.jobs() - half);
        read(plan.lasts(), () -> false);
        long during = calls() - before;
        fault.repair(provider);
        long repaired = ticker.getAsLong();
        read(timeout, () -> tracker.distinct() == plan.jobs());
        return new FaultRow(
                what,
                plan.jobs(),
                failed,
                fault.isReachable() ? OptionalLong.of(during) : OptionalLong.empty(),
                Duration.ofNanos(Math.max(0, lastNanos - repaired)),
                problem());
    }

    private long calls() {
        return provider.statistics().total().calls();
    }

    /** Reads results until a condition is true, or the time is over. */
    private void read(Duration time, BooleanSupplier isDone) {
        long start = ticker.getAsLong();
        while (!isDone.getAsBoolean()
                && worker.isAlive()
                && ticker.getAsLong() - start < time.toNanos()) {
            reader.readValues(POLL_TIMEOUT, this::onResult);
        }
    }

    private void onResult(long number, byte[] value) {
        tracker.add(number);
        lastNanos = ticker.getAsLong();
        failed += ResultView.read(value).errorCode() == null ? 0 : 1;
    }

    private Optional<String> problem() {
        return worker.isAlive()
                ? tracker.problem()
                : Optional.of("the worker ended early: " + worker.lastLogLines());
    }
}
