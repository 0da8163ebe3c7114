package dev.millrace.quota.simulation;

import dev.millrace.quota.ConcurrencyPermits;
import dev.millrace.quota.LeaseTimes;
import dev.millrace.quota.SharedLimit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/** A history of workers that share a limit of concurrent calls. */
final class ConcurrencyHistory {
    private final SplittableRandom random;
    private final Duration longestCall;
    private final Fault fault;
    private final Workers<ConcurrencyPermits> workers;
    private final Map<Participant<ConcurrencyPermits>, Long> started = new HashMap<>();

    /** Calls with permits that are not sent. */
    private final List<Taken> taken = new ArrayList<>();

    /** Calls at the provider. The calls of a worker that has crashed run to their end. */
    private final PriorityQueue<Call> calls =
            new PriorityQueue<>(Comparator.comparingLong(Call::ends));

    /** Ended calls whose permits are not free yet. */
    private final List<Call> ended = new ArrayList<>();

    private int most;
    private long usedNanos;

    private record Taken(Participant<ConcurrencyPermits> worker, long due) {}

    private record Call(Participant<ConcurrencyPermits> worker, long ends) {}

    ConcurrencyHistory(long seed, int limit, Duration longestCall, Fault fault) {
        random = new SplittableRandom(seed);
        this.longestCall = longestCall;
        this.fault = fault;
        var times = new LeaseTimes(Duration.ofSeconds(3), Duration.ofMillis(250));
        workers =
                new Workers<>(
                        random.split(),
                        fault,
                        (session, chance, now) ->
                                SharedLimit.concurrency(
                                        session, limit, longestCall, times, chance, now));
    }

    Workers<ConcurrencyPermits> workers() {
        return workers;
    }

    void run(Duration duration, boolean disturbed) {
        workers.setFaulty(disturbed);
        for (long end = workers.now + duration.toNanos(); workers.now < end; ) {
            workers.step();
            if (disturbed) {
                workers.disturb();
            }
            endCalls();
            taken.removeIf(it -> it.due <= workers.now && (it.worker.hasEnded() || send(it)));
            workers.running().stream().filter(it -> it.isBusy).forEach(it -> call(it, disturbed));
            most = Math.max(most, calls.size());
            usedNanos += calls.size() * Workers.STEP;
        }
    }

    private void endCalls() {
        while (!calls.isEmpty() && calls.element().ends <= workers.now) {
            ended.add(calls.remove());
        }
        // A paused worker frees its permits when it runs again.
        ended.removeIf(call -> call.worker.hasEnded() || isReleased(call.worker));
    }

    private boolean isReleased(Participant<ConcurrencyPermits> worker) {
        if (!worker.isRunning(workers.now)) {
            return false;
        }
        if (fault != Fault.RELEASE_IS_LOST || random.nextInt(10) > 0) {
            worker.limit.permits().giveBack(worker.clock(workers.now));
        }
        return true;
    }

    /** Takes the permits of the worker's next calls, which it sends later. */
    private void call(Participant<ConcurrencyPermits> worker, boolean disturbed) {
        boolean isSlow = disturbed && random.nextInt(50) == 0;
        long due = workers.now + random.nextLong((isSlow ? 5_000 : 10) * Workers.MILLI);
        while (worker.limit.permits().take(worker.clock(workers.now))) {
            taken.add(new Taken(worker, due));
        }
    }

    /** Sends a call, or gives its permit back. Returns false while the worker is paused. */
    private boolean send(Taken call) {
        Participant<ConcurrencyPermits> worker = call.worker;
        if (!worker.isRunning(workers.now)) {
            return false;
        }
        long clock = worker.clock(workers.now);
        if (worker.limit.permits().maySend(clock) || fault == Fault.CALL_IS_SENT_WITHOUT_A_LEASE) {
            started.merge(worker, 1L, Long::sum);
            long half = longestCall.toNanos() / 2;
            calls.add(new Call(worker, workers.now + half + random.nextLong(half)));
        } else {
            worker.limit.permits().giveBack(clock);
        }
        return true;
    }

    int most() {
        return most;
    }

    /** Returns the sum of the durations of all calls. */
    long usedNanos() {
        return usedNanos;
    }

    long started(Participant<ConcurrencyPermits> worker) {
        return started.getOrDefault(worker, 0L);
    }
}
