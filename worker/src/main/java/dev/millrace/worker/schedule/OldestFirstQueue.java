package dev.millrace.worker.schedule;

import dev.millrace.worker.job.Job;
import dev.millrace.worker.job.Partition;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The ready jobs of one tenant in a lane, in a first-in-first-out queue for each partition. Three
 * of four jobs come from the partition with the oldest next job, so that jobs start in the order of
 * their writing across partitions. The fourth job comes from the partition that has waited longest
 * for its turn. Clients set the timestamps of their records: without such turns, a client with a
 * wrong clock could stop a partition. Ended jobs stay in the queue and are skipped. Belongs to the
 * loop's thread.
 */
final class OldestFirstQueue {
    /** One job in this number is chosen by turn. */
    private static final int TURN_INTERVAL = 4;

    private final Map<Partition, PartitionQueue> queues = new LinkedHashMap<>();

    /** Number of started jobs. */
    private long starts;

    private long startsBefore;
    private final ReadyCount count;

    /**
     * @param count counts the jobs of this and other queues
     */
    OldestFirstQueue(ReadyCount count) {
        this.count = count;
    }

    private static final class PartitionQueue {
        final Deque<Job> jobs = new ArrayDeque<>();

        /** Number of started jobs when a job of this partition started last. */
        long lastStart;

        long lastStartBefore;
    }

    void add(Job job) {
        queueOf(job).jobs.add(job);
        count.add(job.partition(), 1);
    }

    void addFirst(Job job) {
        queueOf(job).jobs.addFirst(job);
        count.add(job.partition(), 1);
    }

    private PartitionQueue queueOf(Job job) {
        return queues.computeIfAbsent(job.partition(), _ -> new PartitionQueue());
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

    private @Nullable Job first(PartitionQueue queue) {
        Job first = queue.jobs.peek();
        while (first != null && !first.isReady()) {
            queue.jobs.remove();
            count.add(first.partition(), -1);
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
        count.add(first.partition(), -1);
    }

    void onStarted(Job job) {
        starts++;
        queueOf(job).lastStart = starts;
    }

    /** Saves the turns, so that {@link #reset} can undo later starts. */
    void mark() {
        startsBefore = starts;
        for (PartitionQueue queue : queues.values()) {
            queue.lastStartBefore = queue.lastStart;
        }
    }

    /** Restores the turns saved by the last {@link #mark}. */
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

    /** Drops jobs, and partitions that are no longer assigned. */
    void removeIf(Predicate<Job> drops) {
        queues.forEach(
                (partition, queue) -> {
                    int before = queue.jobs.size();
                    queue.jobs.removeIf(drops);
                    count.add(partition, queue.jobs.size() - before);
                });
        queues.entrySet().removeIf(it -> it.getKey().isGone() && it.getValue().jobs.isEmpty());
    }
}
