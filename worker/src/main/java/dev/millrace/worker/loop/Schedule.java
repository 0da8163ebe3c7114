package dev.millrace.worker.loop;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which job goes next: those that are ready, by model in turn so that a model with many jobs does
 * not hold up another, critical ones first; and those that wait for a time. Waiting holds no
 * thread. Jobs that ended meanwhile are left in and skipped. Belongs to the loop's thread.
 */
final class Schedule {
    private static final int FIRST_CAPACITY = 64;

    /** Models in the order of their turns. */
    private final LinkedHashMap<String, Map<Rank, Deque<Job>>> ready = new LinkedHashMap<>();

    private final Map<String, Integer> readyCount = new HashMap<>();
    private final PriorityQueue<Job> waiting;
    private final Holdings holdings;

    /** In the order in which they go. */
    private enum Rank {
        CRITICAL,
        NORMAL,
        /** Those that go alone wait behind those that do not. */
        SUSPECT;

        static Rank of(Job job) {
            if (job.isSuspect) {
                return SUSPECT;
            }
            return job.isCritical() ? CRITICAL : NORMAL;
        }
    }

    Schedule(Holdings holdings) {
        this.holdings = holdings;
        // By subtraction: the ticker may start anywhere and overflow.
        Comparator<Job> byDue = (a, b) -> Long.signum(a.dueNanos - b.dueNanos);
        waiting = new PriorityQueue<>(FIRST_CAPACITY, byDue);
    }

    void ready(Job job) {
        job.state = Job.State.READY;
        readyCount.merge(job.partition.model, 1, Integer::sum);
        ready.computeIfAbsent(job.partition.model, _ -> new EnumMap<>(Rank.class))
                .computeIfAbsent(Rank.of(job), _ -> new ArrayDeque<>())
                .add(job);
    }

    void waitUntil(Job job, long dueNanos) {
        job.state = Job.State.WAITING;
        job.dueNanos = dueNanos;
        waiting.add(job);
        holdings.onWaiting(job, true);
    }

    /** Makes those ready whose time has come. */
    void onTick(long nowNanos) {
        for (Job job = waiting.peek();
                job != null && (job.state != Job.State.WAITING || job.dueNanos - nowNanos <= 0);
                job = waiting.peek()) {
            waiting.remove();
            holdings.onWaiting(job, false);
            if (job.state == Job.State.WAITING) {
                ready(job);
            }
        }
    }

    /** The next ready job that fits, which is taken out; null when there is none. */
    @Nullable Job next(Predicate<Job> fits) {
        for (String model : ready.keySet().toArray(String[]::new)) {
            Job job = next(ready.getOrDefault(model, Map.of()), fits);
            if (job != null) {
                // Its next turn comes after those of all others.
                ready.putLast(model, ready.getOrDefault(model, Map.of()));
                return job;
            }
        }
        return null;
    }

    private Job remove(Deque<Job> queue) {
        Job job = queue.remove();
        readyCount.merge(job.partition.model, -1, Integer::sum);
        return job;
    }

    private @Nullable Job next(Map<Rank, Deque<Job>> ranks, Predicate<Job> fits) {
        for (Deque<Job> queue : ranks.values()) {
            Job first = firstReady(queue);
            if (first != null && fits.test(first)) {
                return remove(queue);
            }
        }
        return null;
    }

    private @Nullable Job firstReady(Deque<Job> queue) {
        Job first = queue.peek();
        while (first != null && first.state != Job.State.READY) {
            remove(queue);
            first = queue.peek();
        }
        return first;
    }

    /** Whether a ready job fits. */
    boolean hasReady(Predicate<Job> fits) {
        return ready.values().stream()
                .flatMap(ranks -> ranks.values().stream())
                .map(this::firstReady)
                .anyMatch(job -> job != null && fits.test(job));
    }

    /** How many jobs of that model are ready; some that have ended may be among them. */
    int readyCount(String model) {
        return readyCount.getOrDefault(model, 0);
    }

    /** All that wait, for their turn or for a time. */
    List<Job> queued() {
        var queued = new ArrayList<Job>();
        for (Map<Rank, Deque<Job>> ranks : ready.values()) {
            ranks.values().forEach(queue -> addIn(Job.State.READY, queue, queued));
        }
        addIn(Job.State.WAITING, waiting, queued);
        return queued;
    }

    private static void addIn(Job.State state, Collection<Job> from, List<Job> to) {
        for (Job job : from) {
            if (job.state == state) {
                to.add(job);
            }
        }
    }

    /** Some jobs have ended meanwhile: they are not kept until their time comes. */
    void onEnded() {
        waiting.removeIf(this::endsWaiting);
        for (Map<Rank, Deque<Job>> ranks : ready.values()) {
            for (Deque<Job> queue : ranks.values()) {
                queue.removeIf(this::endsReady);
            }
        }
    }

    private boolean endsReady(Job job) {
        boolean ended = job.state == Job.State.ENDED;
        if (ended) {
            readyCount.merge(job.partition.model, -1, Integer::sum);
        }
        return ended;
    }

    private boolean endsWaiting(Job job) {
        boolean ended = job.state == Job.State.ENDED;
        if (ended) {
            holdings.onWaiting(job, false);
        }
        return ended;
    }

    /** Nanoseconds until the next wait ends, at least 0; {@link Long#MAX_VALUE} for none. */
    long untilNextNanos(long nowNanos) {
        Job next = waiting.peek();
        return next == null ? Long.MAX_VALUE : Math.max(0, next.dueNanos - nowNanos);
    }
}
