package dev.millrace.worker.schedule;

import dev.millrace.worker.job.Job;
import dev.millrace.worker.job.Partition;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Ready jobs, in a first-in-first-out queue for each partition. Three jobs of four come from the
 * partition whose next job is the oldest, so that jobs start in the order in which they were
 * written, whichever partition holds them. The fourth comes from the partition that has waited
 * longest for its turn: the time of a record is a claim of its client, and a wrong clock must
 * neither stop its own partition nor all others. Jobs that have ended are left in and skipped.
 * Belongs to the loop's thread.
 */
final class OldestFirstQueue {
    /** One job of this many is chosen by turn. */
    private static final int TURN_INTERVAL = 4;

    private final Map<Partition, PartitionQueue> queues = new LinkedHashMap<>();

    /** Jobs that have started. */
    private long starts;

    private long startsBefore;
    private int size;

    private static final class PartitionQueue {
        final Deque<Job> jobs = new ArrayDeque<>();

        /** How many jobs had started when one of this partition started last. */
        long lastStart;

        long lastStartBefore;
    }

    void add(Job job) {
        queueOf(job).jobs.add(job);
        size++;
    }

    void addFirst(Job job) {
        queueOf(job).jobs.addFirst(job);
        size++;
    }

    private PartitionQueue queueOf(Job job) {
        return queues.computeIfAbsent(job.partition(), _ -> new PartitionQueue());
    }

    /** Returns how many jobs are queued; jobs that have ended may be among them. */
    int size() {
        return size;
    }

    /** Returns how many jobs of a partition are queued; jobs that have ended may be among them. */
    int size(Partition partition) {
        PartitionQueue queue = queues.get(partition);
        return queue == null ? 0 : queue.jobs.size();
    }

    /** Returns the job that starts next, or null when none is ready. */
    @Nullable Job peek() {
        boolean byTurn = starts % TURN_INTERVAL == TURN_INTERVAL - 1;
        Job next = null;
        long lastStart = 0;
        for (PartitionQueue queue : queues.values()) {
            Job job = first(queue);
            if (job != null) {
                int age = next == null || byTurn ? 0 : compareAge(job, next);
                if (next == null || age < 0 || (age == 0 && queue.lastStart < lastStart)) {
                    next = job;
                    lastStart = queue.lastStart;
                }
            }
        }
        return next;
    }

    /** Returns true when a job is ready. */
    boolean hasReady() {
        for (PartitionQueue queue : queues.values()) {
            if (first(queue) != null) {
                return true;
            }
        }
        return false;
    }

    private @Nullable Job first(PartitionQueue queue) {
        Job first = queue.jobs.peek();
        while (first != null && !first.isReady()) {
            queue.jobs.remove();
            size--;
            first = queue.jobs.peek();
        }
        return first;
    }

    private static int compareAge(Job a, Job b) {
        return Long.compare(a.record().timestamp(), b.record().timestamp());
    }

    /** Takes out the first job of its partition. */
    void remove(Job first) {
        queueOf(first).jobs.remove();
        size--;
    }

    void onStarted(Job job) {
        starts++;
        queueOf(job).lastStart = starts;
    }

    /** Notes the turns: starts from now on may be taken back. */
    void mark() {
        startsBefore = starts;
        for (PartitionQueue queue : queues.values()) {
            queue.lastStartBefore = queue.lastStart;
        }
    }

    /** Restores the turns as they were at the last mark. */
    void reset() {
        starts = startsBefore;
        for (PartitionQueue queue : queues.values()) {
            queue.lastStart = queue.lastStartBefore;
        }
    }

    /** Adds all jobs that are ready to the given collection. */
    void addTo(Collection<Job> all) {
        for (PartitionQueue queue : queues.values()) {
            for (Job job : queue.jobs) {
                if (job.isReady()) {
                    all.add(job);
                }
            }
        }
    }

    /** Drops jobs that have ended, and partitions that are no longer assigned. */
    void onEnded() {
        size = 0;
        for (PartitionQueue queue : queues.values()) {
            queue.jobs.removeIf(Job::hasEnded);
            size += queue.jobs.size();
        }
        queues.entrySet().removeIf(it -> it.getKey().isGone() && it.getValue().jobs.isEmpty());
    }
}
