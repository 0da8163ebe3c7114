package dev.millrace.worker.capacity;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * A model whose demand and provider change at random times. Its provider hangs, slows down and
 * recovers. Times are in milliseconds.
 */
final class SimulatedModel {
    private static final int MIN_PHASE = 1_000;
    private static final int MAX_PHASE = 10_000;
    private static final int SLOWNESS = 10;

    /** Timeout of a call, longer than most histories. */
    private static final int TIMEOUT = 20_000;

    final String name;
    private final SplittableRandom random;
    private final int latency;
    private final Deque<Job> waiting = new ArrayDeque<>();
    private final Deque<Job> criticalWaiting = new ArrayDeque<>();
    private final PriorityQueue<Call> calls =
            new PriorityQueue<>((a, b) -> Long.compare(a.end, b.end));
    private Demand demand = Demand.NONE;
    private Health health = Health.GOOD;
    private long phaseEnd;

    private enum Demand {
        NONE,
        /** Never more jobs than the model's guarantee, running calls included. */
        WITHIN_GUARANTEE,
        /** More jobs than slots. */
        BACKLOG,
        /** More critical jobs than slots. */
        CRITICAL_BACKLOG
    }

    private enum Health {
        GOOD,
        SLOW,
        HANGING
    }

    /**
     * A job that waits for a slot.
     *
     * @param since time of its arrival
     * @param isWithinGuarantee whether the model always has a slot for it
     */
    record Job(long since, boolean isCritical, boolean isWithinGuarantee) {}

    private record Call(Slot slot, long end) {}

    SimulatedModel(String name, SplittableRandom random) {
        this.name = name;
        this.random = random;
        this.latency = random.nextInt(20, 400);
    }

    /** Begins a new phase of demand and health when the current one has ended. */
    void onTime(long now) {
        if (now >= phaseEnd) {
            demand = Demand.values()[random.nextInt(Demand.values().length)];
            health = Health.values()[random.nextInt(Health.values().length)];
            phaseEnd = now + random.nextInt(MIN_PHASE, MAX_PHASE);
        }
    }

    /**
     * Adds the jobs that arrive. A job is within the guarantee if it has a guaranteed slot even
     * after all jobs before it and all critical jobs.
     */
    void addJobs(long now, SlotBounds bounds) {
        int max =
                switch (demand) {
                    case NONE -> 0;
                    case WITHIN_GUARANTEE -> random.nextInt(bounds.guarantee() + 1);
                    case BACKLOG, CRITICAL_BACKLOG -> 2 * bounds.limit();
                };
        for (int open = open(); open < max; open++) {
            if (demand == Demand.CRITICAL_BACKLOG) {
                addCriticalJob(now);
            } else {
                waiting.add(new Job(now, false, open + bounds.reserve() < bounds.guarantee()));
            }
        }
    }

    void addCriticalJob(long now) {
        criticalWaiting.add(new Job(now, true, false));
    }

    private int open() {
        return calls.size() + waiting.size() + criticalWaiting.size();
    }

    /** Returns the next job; critical jobs are first. Must not be idle. */
    Job next() {
        return criticalWaiting.isEmpty() ? waiting.element() : criticalWaiting.element();
    }

    boolean isIdle() {
        return waiting.isEmpty() && criticalWaiting.isEmpty();
    }

    /** Starts the call of the next job. */
    void start(Slot slot, long now) {
        (slot.isCritical() ? criticalWaiting : waiting).remove();
        int base = latency / 2 + random.nextInt(latency);
        long end =
                switch (health) {
                    case GOOD -> now + base;
                    case SLOW -> now + (long) SLOWNESS * base;
                    case HANGING -> now + TIMEOUT;
                };
        calls.add(new Call(slot, end));
    }

    /** Ends the calls whose end is due, and frees their slots. */
    void endCalls(long now, SlotRule.Slots slots) {
        for (Call call = calls.peek(); call != null && call.end <= now; call = calls.peek()) {
            calls.remove();
            slots.free(call.slot);
        }
    }

    int inFlight() {
        return calls.size();
    }

    long criticalInFlight() {
        return calls.stream().filter(call -> call.slot.isCritical()).count();
    }

    boolean hasNormalJob() {
        return !waiting.isEmpty();
    }

    boolean hasCriticalJob() {
        return !criticalWaiting.isEmpty();
    }

    /** Returns the time since which a job within the guarantee waits; empty for none. */
    OptionalLong delayedSince() {
        return waiting.stream().filter(Job::isWithinGuarantee).mapToLong(Job::since).findFirst();
    }
}
