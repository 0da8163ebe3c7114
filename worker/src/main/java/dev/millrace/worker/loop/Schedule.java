package dev.millrace.worker.loop;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Which job goes next: those that are ready, by model in turn so that a model with many jobs does
 * not hold up another; and those that wait for a time. Waiting holds no thread. Jobs that ended
 * meanwhile are left in and skipped. Belongs to the loop's thread.
 */
final class Schedule {
    private static final int FIRST_CAPACITY = 64;

    private final Map<String, Deque<Job>> readyByModel = new HashMap<>();
    private final Deque<String> turns = new ArrayDeque<>();
    private final PriorityQueue<Job> waiting;

    Schedule() {
        // By subtraction: the ticker may start anywhere and overflow.
        Comparator<Job> byDue = (a, b) -> Long.signum(a.dueNanos - b.dueNanos);
        waiting = new PriorityQueue<>(FIRST_CAPACITY, byDue);
    }

    void ready(Job job) {
        job.state = Job.State.READY;
        var queue = readyByModel.computeIfAbsent(job.model.name(), _ -> new ArrayDeque<>());
        if (queue.isEmpty()) {
            turns.add(job.model.name());
        }
        queue.add(job);
    }

    void waitUntil(Job job, long dueNanos) {
        job.state = Job.State.WAITING;
        job.dueNanos = dueNanos;
        waiting.add(job);
    }

    /** Makes those ready whose time has come. */
    void onTick(long nowNanos) {
        for (Job job = waiting.peek();
                job != null && (job.state != Job.State.WAITING || job.dueNanos - nowNanos <= 0);
                job = waiting.peek()) {
            waiting.remove();
            if (job.state == Job.State.WAITING) {
                ready(job);
            }
        }
    }

    /** The next ready job, which is taken out; null when there is none. */
    @Nullable Job next() {
        while (!turns.isEmpty()) {
            String model = turns.remove();
            var queue = readyByModel.getOrDefault(model, new ArrayDeque<>());
            Job job = queue.poll();
            if (!queue.isEmpty()) {
                turns.add(model);
            }
            if (job != null && job.state == Job.State.READY) {
                return job;
            }
        }
        return null;
    }

    boolean hasReady() {
        return !turns.isEmpty();
    }

    /** Some jobs have ended meanwhile: they are not kept until their time comes. */
    void onEnded() {
        waiting.removeIf(job -> job.state == Job.State.ENDED);
        readyByModel.values().forEach(it -> it.removeIf(job -> job.state == Job.State.ENDED));
    }

    /** Nanoseconds until the next wait ends, at least 0; {@link Long#MAX_VALUE} for none. */
    long untilNextNanos(long nowNanos) {
        Job next = waiting.peek();
        return next == null ? Long.MAX_VALUE : Math.max(0, next.dueNanos - nowNanos);
    }
}
