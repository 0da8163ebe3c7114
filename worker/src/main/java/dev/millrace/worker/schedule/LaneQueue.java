package dev.millrace.worker.schedule;

import dev.millrace.worker.job.Job;
import dev.millrace.worker.job.Partition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The ready jobs of one lane. Tenants take turns by their weights, so that the jobs of one do not
 * wait behind those that another wrote before; of each tenant, the oldest jobs are first. Belongs
 * to the loop's thread.
 *
 * <p>As in {@link FairTurns}, whose parties are fixed, each tenant has a tag that grows by 1 ÷
 * weight with each start, and the tag of the started tenant is the <em>virtual time</em>, where an
 * idle tenant starts. While a tenant has jobs here, its starts in other lanes of the model count,
 * too.
 */
final class LaneQueue {
    /** The growth of a tag with weight 1. Tags overflow after 10^12 starts. */
    private static final long UNIT = 1_000_000;

    /**
     * The most that starts in other lanes can put a tenant behind the others here, from one start
     * here to the next. Without it, a tenant's surplus would wait for hours after as many hours of
     * starts in a preferred lane, or for ever while they go on.
     */
    private static final long MOST_BEHIND = 16 * UNIT;

    private final ToIntFunction<String> weights;
    private final ReadyCount count = new ReadyCount();

    /** The tenants that have jobs, or have started some since the last {@link #mark}. */
    private final Map<String, TenantQueue> tenants = new LinkedHashMap<>();

    /** The tenants with jobs, and some whose jobs have all started or ended. */
    private final PriorityQueue<TenantQueue> order = new PriorityQueue<>();

    /** The tenants whose turns have changed since the last {@link #mark}. */
    private final List<TenantQueue> saved = new ArrayList<>();

    /** The job that starts next, unless it has ended; null if it is not known. */
    private @Nullable Job next;

    private long tenantNumber;
    private long virtualTime;
    private long virtualTimeBefore;

    /**
     * @param weights returns a tenant's weight, 1 or more
     */
    LaneQueue(ToIntFunction<String> weights) {
        this.weights = weights;
    }

    void add(Job job) {
        queueOf(job).jobs.add(job);
    }

    void addFirst(Job job) {
        queueOf(job).jobs.addFirst(job);
    }

    private TenantQueue queueOf(Job job) {
        next = null;
        TenantQueue queue =
                tenants.computeIfAbsent(
                        job.headers().tenant(), it -> new TenantQueue(it, count, tenantNumber++));
        if (!queue.isOrdered) {
            queue.tag = Math.max(queue.tag, virtualTime);
            queue.lastTurn = virtualTime;
            order(queue);
        }
        return queue;
    }

    private void order(TenantQueue queue) {
        queue.onOrdered();
        order.add(queue);
    }

    /** Returns the number of queued jobs; some can have ended. */
    int size() {
        return count.all();
    }

    /** Returns the number of queued jobs of a partition; some can have ended. */
    int size(Partition partition) {
        return count.of(partition);
    }

    /** Returns the number of tenants with queued jobs; some can have started or ended all. */
    int tenantCount() {
        return order.size();
    }

    /** Returns the job that starts next, or null when none is ready. */
    @Nullable Job peek() {
        if (next == null || !next.isReady()) {
            next = findNext();
        }
        return next;
    }

    private @Nullable Job findNext() {
        for (TenantQueue first = order.peek(); first != null; first = order.peek()) {
            Job job = first.isBehind() ? null : first.jobs.peek();
            if (job != null) {
                return job;
            }
            order.remove();
            if (first.isBehind()) {
                order(first);
            } else {
                onIdle(first);
            }
        }
        return null;
    }

    private void onIdle(TenantQueue queue) {
        queue.isOrdered = false;
        virtualTime = Math.max(virtualTime, queue.tag);
        if (!queue.isSaved) {
            tenants.remove(queue.tenant);
        }
    }

    /** Takes out the first job of its tenant and partition. */
    void remove(Job first) {
        queueOf(first).jobs.remove(first);
    }

    /** Records that a job of this lane starts. */
    void onStarted(Job job) {
        TenantQueue queue = tenants.get(job.headers().tenant());
        if (queue != null) {
            save(queue);
            queue.jobs.onStarted(job);
            virtualTime = Math.max(virtualTime, queue.tag);
            queue.lastTurn = virtualTime;
            queue.tag += step(queue);
        }
    }

    /** Records that a tenant starts a job of another lane. */
    void onStartedElsewhere(String tenant) {
        TenantQueue queue = tenants.get(tenant);
        if (queue != null && queue.tag < queue.lastTurn + MOST_BEHIND) {
            save(queue);
            queue.tag += step(queue);
        }
    }

    private long step(TenantQueue queue) {
        return Math.max(1, UNIT / weights.applyAsInt(queue.tenant));
    }

    /** Saves the turn of a tenant before it changes. */
    private void save(TenantQueue queue) {
        next = null;
        if (!queue.isSaved) {
            queue.save();
            saved.add(queue);
        }
    }

    /** Makes the turns final; {@link #reset} can undo later starts. */
    void mark() {
        for (TenantQueue queue : saved) {
            queue.isSaved = false;
            if (!queue.isOrdered) {
                tenants.remove(queue.tenant);
            }
        }
        saved.clear();
        virtualTimeBefore = virtualTime;
    }

    /** Restores the turns at the last {@link #mark}. */
    void reset() {
        next = null;
        saved.forEach(TenantQueue::reset);
        virtualTime = virtualTimeBefore;
        order.clear();
        tenants.values().stream().filter(it -> it.isOrdered).forEach(this::order);
    }

    /** Adds all jobs that are ready to the given collection. */
    void addTo(Collection<Job> all) {
        tenants.values().forEach(it -> it.jobs.addTo(all));
    }

    /** Drops jobs. */
    void removeIf(Predicate<Job> drops) {
        next = null;
        tenants.values().forEach(it -> it.jobs.removeIf(drops));
    }
}
