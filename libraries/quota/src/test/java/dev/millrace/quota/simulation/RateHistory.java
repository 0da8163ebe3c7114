package dev.millrace.quota.simulation;

import dev.millrace.quota.LeaseTimes;
import dev.millrace.quota.RateLimit;
import dev.millrace.quota.RatePermits;
import dev.millrace.quota.SharedLimit;
import dev.millrace.quota.Uses;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/** A history of workers that share a limit of an amount in a window. */
final class RateHistory {
    private final SplittableRandom random;
    private final Shape shape;
    private final Workers<RatePermits> workers;
    private final Fault fault;
    private final Uses uses = new Uses();
    private final Map<Participant<RatePermits>, Uses> byWorker = new HashMap<>();
    private final Map<Participant<RatePermits>, Long> wanted = new HashMap<>();

    /** Calls with permits that are not sent. */
    private final PriorityQueue<Taken> taken =
            new PriorityQueue<>(Comparator.comparingLong(Taken::due));

    private final PriorityQueue<Call> calls =
            new PriorityQueue<>(Comparator.comparingLong(Call::ends));

    /**
     * @param largest amount of a call
     * @param used part of the amount that is used, on average
     */
    record Shape(RateLimit of, long largest, double used) {
        Shape(long limit, Duration window, long largest, double used) {
            this(RateLimit.of(limit, window), largest, used);
        }

        long limit() {
            return of.limit();
        }

        Shape withBurst(long burst) {
            return new Shape(
                    new RateLimit(of.limit(), of.window(), OptionalLong.of(burst)), largest, used);
        }
    }

    private record Taken(Participant<RatePermits> worker, long amount, long due) {}

    private record Call(
            Participant<RatePermits> worker, long amount, long sent, long used, long ends) {}

    RateHistory(long seed, Shape shape, Fault fault) {
        random = new SplittableRandom(seed);
        this.shape = shape;
        this.fault = fault;
        var times = new LeaseTimes(Duration.ofSeconds(3), Duration.ofMillis(250));
        workers =
                new Workers<>(
                        random.split(),
                        fault,
                        (session, chance, now) ->
                                SharedLimit.rate(session, shape.of, times, chance, now));
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
            send();
            workers.running().stream().filter(it -> it.isBusy).forEach(it -> call(it, disturbed));
        }
    }

    /** Takes the permits of the worker's next calls, which it sends later. */
    private void call(Participant<RatePermits> worker, boolean disturbed) {
        RatePermits permits = worker.limit.permits();
        long clock = worker.clock(workers.now);
        boolean isSlow = disturbed && random.nextInt(50) == 0;
        long due = workers.now + random.nextLong((isSlow ? 5_000 : 30) * Workers.MILLI);
        for (long amount = next(worker); permits.take(amount, clock); amount = next(worker)) {
            wanted.remove(worker);
            taken.add(new Taken(worker, amount, due));
            if (fault == Fault.CALL_COUNTS_FROM_ITS_TAKE) {
                permits.onSent(amount, clock);
            }
        }
    }

    /** Sends the calls that are due, or gives their permits back. */
    private void send() {
        var later = new ArrayList<Taken>();
        while (!taken.isEmpty() && taken.element().due <= workers.now) {
            Taken next = taken.remove();
            if (next.worker.isRunning(workers.now)) {
                send(next.worker, next.amount);
            } else if (!next.worker.hasEnded()) {
                later.add(next);
            }
        }
        taken.addAll(later);
    }

    private void send(Participant<RatePermits> worker, long amount) {
        RatePermits permits = worker.limit.permits();
        long clock = worker.clock(workers.now);
        if (!permits.maySend(clock) && fault != Fault.CALL_IS_SENT_WITHOUT_A_LEASE) {
            if (fault != Fault.CALL_COUNTS_FROM_ITS_TAKE) {
                permits.giveBack(amount, clock);
            }
            return;
        }
        if (fault != Fault.CALL_COUNTS_FROM_ITS_TAKE) {
            permits.onSent(amount, clock);
        }
        long used = Math.max(1, Math.round(amount * shape.used));
        long ends = workers.now + random.nextLong(20_000 * Workers.MILLI);
        calls.add(new Call(worker, amount, workers.now, used, ends));
        // The provider may count an estimate until the call has ended: the most is assumed.
        long received = workers.now + random.nextLong(20 * Workers.MILLI);
        uses.add(used, received);
        byWorker.computeIfAbsent(worker, _ -> new Uses()).add(used, received);
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
                        call.worker.clock(call.sent),
                        call.worker.clock(workers.now));
    }

    long mostInAWindow() {
        return mostWithin(shape.of.window());
    }

    long mostWithin(Duration window) {
        return uses.largestSumWithin(window);
    }

    long used() {
        return uses.sum();
    }

    long used(Participant<RatePermits> worker) {
        return byWorker.getOrDefault(worker, new Uses()).sum();
    }
}
