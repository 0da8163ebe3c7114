package dev.millrace.quota.simulation;

import dev.millrace.quota.LeaseTimes;
import dev.millrace.quota.RatePermits;
import dev.millrace.quota.SharedLimit;
import dev.millrace.quota.Uses;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/** A history of workers that share a limit of an amount in a window. */
final class RateHistory {
    private final SplittableRandom random;
    private final Shape shape;
    private final Workers<RatePermits> workers;
    private final Uses uses = new Uses();
    private final Map<Participant<RatePermits>, Uses> byWorker = new HashMap<>();
    private final Map<Participant<RatePermits>, Long> wanted = new HashMap<>();
    private final PriorityQueue<Call> calls =
            new PriorityQueue<>(Comparator.comparingLong(Call::ends));

    /**
     * @param largest amount of a call
     * @param used part of the amount that is used, on average
     */
    record Shape(long limit, Duration window, long largest, double used) {}

    private record Call(
            Participant<RatePermits> worker, long amount, long taken, long used, long ends) {}

    RateHistory(long seed, Shape shape, Fault fault) {
        random = new SplittableRandom(seed);
        this.shape = shape;
        var times = new LeaseTimes(Duration.ofSeconds(3), Duration.ofMillis(250));
        workers =
                new Workers<>(
                        random.split(),
                        fault,
                        (session, chance, now) ->
                                SharedLimit.rate(
                                        session, shape.limit, shape.window, times, chance, now));
    }

    Workers<RatePermits> workers() {
        return workers;
    }

    /** Lets the workers run; they call as often as they may. */
    void run(Duration duration, boolean disturbed) {
        workers.setFaulty(disturbed);
        for (long end = workers.now + duration.toNanos(); workers.now < end; ) {
            workers.step();
            if (disturbed) {
                workers.disturb();
            }
            while (!calls.isEmpty() && calls.element().ends <= workers.now) {
                end(calls.remove());
            }
            workers.running().stream().filter(it -> it.isBusy).forEach(this::call);
        }
    }

    private void call(Participant<RatePermits> worker) {
        RatePermits permits = worker.limit.permits();
        long clock = worker.clock(workers.now);
        for (long amount = next(worker);
                permits.waitNanos(amount, clock) == 0;
                amount = next(worker)) {
            permits.take(amount, clock);
            wanted.remove(worker);
            long used = Math.max(1, Math.round(amount * shape.used));
            long ends = workers.now + random.nextLong(20_000 * Workers.MILLI);
            calls.add(new Call(worker, amount, workers.now, used, ends));
            // The provider may count an estimate until the call has ended: the most is assumed.
            long sent = workers.now + random.nextLong(20 * Workers.MILLI);
            uses.add(used, sent);
            byWorker.computeIfAbsent(worker, _ -> new Uses()).add(used, sent);
        }
    }

    private long next(Participant<RatePermits> worker) {
        return wanted.computeIfAbsent(worker, _ -> random.nextLong(1, shape.largest + 1));
    }

    private void end(Call call) {
        if (!call.worker.isRunning(workers.now)) {
            return;
        }
        call.worker
                .limit
                .permits()
                .correct(
                        call.amount,
                        call.used,
                        call.worker.clock(call.taken),
                        call.worker.clock(workers.now));
    }

    long mostInAWindow() {
        return uses.largestSumWithin(shape.window);
    }

    long used() {
        return uses.sum();
    }

    long used(Participant<RatePermits> worker) {
        return byWorker.getOrDefault(worker, new Uses()).sum();
    }
}
