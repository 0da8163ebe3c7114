package dev.millrace.worker.loop;

import dev.millrace.contracts.config.WorkerConfig.LaneWeights;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which job goes next: those that are ready, by model in turn so that a model with many jobs does
 * not hold up another; and those that wait for a time. Waiting holds no thread. Jobs that ended
 * meanwhile are left in and skipped. Belongs to the loop's thread.
 */
final class Schedule {
    private static final int FIRST_CAPACITY = 64;

    /** By model, in the order of their turns. */
    private final LinkedHashMap<String, ReadyJobs> ready = new LinkedHashMap<>();

    private final PriorityQueue<Job> waiting;
    private final Capacity capacity;
    private final LaneWeights weights;

    /**
     * @param weights how often each lane's turn comes within a model
     */
    Schedule(Capacity capacity, LaneWeights weights) {
        this.capacity = capacity;
        this.weights = weights;
        // By subtraction: the ticker may start anywhere and overflow.
        Comparator<Job> byDue = (a, b) -> Long.signum(a.dueNanos - b.dueNanos);
        waiting = new PriorityQueue<>(FIRST_CAPACITY, byDue);
    }

    void ready(Job job) {
        job.state = Job.State.READY;
        of(job.partition.model).add(job);
    }

    /** The job was next and did not start: it is the first of its lane again. */
    void putBack(Job job) {
        job.state = Job.State.READY;
        of(job.partition.model).addFirst(job);
    }

    private ReadyJobs of(String model) {
        return ready.computeIfAbsent(model, _ -> new ReadyJobs(weights));
    }

    void waitUntil(Job job, long dueNanos) {
        job.state = Job.State.WAITING;
        job.dueNanos = dueNanos;
        waiting.add(job);
        capacity.onWaiting(job, true);
    }

    /** Makes those ready whose time has come. */
    void onTick(long nowNanos) {
        for (Job job = waiting.peek();
                job != null && (job.state != Job.State.WAITING || job.dueNanos - nowNanos <= 0);
                job = waiting.peek()) {
            waiting.remove();
            capacity.onWaiting(job, false);
            if (job.state == Job.State.WAITING) {
                ready(job);
            }
        }
    }

    /** The next ready job that fits, which is taken out; null when there is none. */
    @Nullable Job next(Predicate<Job> fits) {
        for (String model : ready.keySet().toArray(String[]::new)) {
            Job job = of(model).next(fits);
            if (job != null) {
                // Its next turn comes after those of all others.
                ready.putLast(model, of(model));
                return job;
            }
        }
        return null;
    }

    /** Calls are about to be announced, which may have to be taken back. */
    void onAnnouncing() {
        ready.values().forEach(ReadyJobs::mark);
    }

    /** The job that was next is announced: its lane has had its turn. */
    void onAnnounced(Job job) {
        of(job.partition.model).onStarted(job);
    }

    /** What was announced last has not happened. */
    void onWithdrawn() {
        ready.values().forEach(ReadyJobs::toMark);
    }

    /** Whether a ready job fits. */
    boolean hasReady(Predicate<Job> fits) {
        return ready.values().stream().anyMatch(jobs -> jobs.has(fits));
    }

    /** How many jobs of that lane are ready; some that have ended may be among them. */
    int readyCount(JobTopic topic) {
        ReadyJobs jobs = ready.get(topic.model());
        return jobs == null ? 0 : jobs.count(topic.lane());
    }

    /** Returns how many jobs of a partition are ready; some that have ended may be among them. */
    int readyCount(Partition partition) {
        ReadyJobs jobs = ready.get(partition.model);
        return jobs == null ? 0 : jobs.count(partition);
    }

    /** All that wait, for their turn or for a time. */
    List<Job> queued() {
        var queued = new ArrayList<Job>();
        ready.values().forEach(jobs -> jobs.addTo(queued));
        for (Job job : waiting) {
            if (job.state == Job.State.WAITING) {
                queued.add(job);
            }
        }
        return queued;
    }

    /** Some jobs have ended meanwhile: they are not kept until their time comes. */
    void onEnded() {
        waiting.removeIf(this::endsWaiting);
        ready.values().forEach(ReadyJobs::onEnded);
    }

    private boolean endsWaiting(Job job) {
        boolean ended = job.state == Job.State.ENDED;
        if (ended) {
            capacity.onWaiting(job, false);
        }
        return ended;
    }

    /** Nanoseconds until the next wait ends, at least 0; {@link Long#MAX_VALUE} for none. */
    long untilNextNanos(long nowNanos) {
        Job next = waiting.peek();
        return next == null ? Long.MAX_VALUE : Math.max(0, next.dueNanos - nowNanos);
    }
}
