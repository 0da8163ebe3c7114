package dev.millrace.worker.schedule;

import dev.millrace.worker.job.Job;
import dev.millrace.worker.job.Partition;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The ready jobs of one lane. Tenants take turns, so that the jobs of one do not wait behind those
 * that another wrote before; of each tenant, the oldest jobs are first. Belongs to the loop's
 * thread.
 */
final class LaneQueue {
    private final TenantTurns turns;
    private final ReadyCount count = new ReadyCount();

    /** The jobs of each tenant that has some. */
    private final Map<String, OldestFirstQueue> tenants = new LinkedHashMap<>();

    /**
     * @param turns of the tenants in all lanes of the model
     */
    LaneQueue(TenantTurns turns) {
        this.turns = turns;
    }

    void add(Job job) {
        queueOf(job).add(job);
    }

    void addFirst(Job job) {
        queueOf(job).addFirst(job);
    }

    private OldestFirstQueue queueOf(Job job) {
        return tenants.computeIfAbsent(job.headers().tenant(), _ -> new OldestFirstQueue(count));
    }

    /** Returns the number of queued jobs; some can have ended. */
    int size() {
        return count.all();
    }

    /** Returns the number of queued jobs of a partition; some can have ended. */
    int size(Partition partition) {
        return count.of(partition);
    }

    /** Returns the number of tenants with queued jobs. */
    int tenantCount() {
        return tenants.size();
    }

    /** Returns the job that starts next, or null when none is ready. */
    @Nullable Job peek() {
        Job next = null;
        long lowest = Long.MAX_VALUE;
        for (var all = tenants.entrySet().iterator(); all.hasNext(); ) {
            var tenant = all.next();
            long tag = turns.tag(tenant.getKey());
            Job first = next == null || tag < lowest ? tenant.getValue().peek() : next;
            if (first == null) {
                // All its jobs have ended. It must not hold back the virtual time.
                all.remove();
            } else if (!first.equals(next)) {
                next = first;
                lowest = tag;
            }
        }
        return next;
    }

    /** Returns the lowest tag of the tenants with queued jobs; a high one for none. */
    long lowestTag() {
        long lowest = Long.MAX_VALUE;
        for (String tenant : tenants.keySet()) {
            lowest = Math.min(lowest, turns.tag(tenant));
        }
        return lowest;
    }

    /** Takes out the first job of its tenant and partition. */
    void remove(Job first) {
        OldestFirstQueue queue = queueOf(first);
        queue.remove(first);
        if (queue.isEmpty()) {
            tenants.remove(first.headers().tenant());
        }
    }

    void onStarted(Job job) {
        OldestFirstQueue queue = tenants.get(job.headers().tenant());
        if (queue != null) {
            queue.onStarted(job);
        }
    }

    /** Saves the turns of partitions, so that {@link #reset} can undo later starts. */
    void mark() {
        tenants.values().forEach(OldestFirstQueue::mark);
    }

    /** Restores the turns saved by the last {@link #mark}. */
    void reset() {
        tenants.values().forEach(OldestFirstQueue::reset);
    }

    /** Adds all jobs that are ready to the given collection. */
    void addTo(Collection<Job> all) {
        tenants.values().forEach(it -> it.addTo(all));
    }

    /** Drops jobs that have ended. */
    void onEnded() {
        tenants.values().forEach(OldestFirstQueue::onEnded);
        tenants.values().removeIf(OldestFirstQueue::isEmpty);
    }
}
