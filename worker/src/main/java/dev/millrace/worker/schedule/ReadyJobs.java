package dev.millrace.worker.schedule;

import dev.millrace.configuration.WorkerConfig.LaneWeights;
import dev.millrace.contracts.job.Lane;
import dev.millrace.worker.job.Job;
import dev.millrace.worker.job.Partition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The ready jobs of one model. Its lanes take turns; within a lane, the oldest jobs are first.
 * Poison candidates are last of all. Belongs to the loop's thread.
 */
final class ReadyJobs {
    private static final List<Lane> LANES = List.of(Lane.values());

    private final Map<Lane, OldestFirstQueue> lanes = new EnumMap<>(Lane.class);

    /** Poison candidates run alone, and wait behind the jobs of all lanes. */
    private final OldestFirstQueue poison = new OldestFirstQueue();

    /** The queues of the lanes in their order, then poison candidates. */
    private final List<OldestFirstQueue> all = new ArrayList<>();

    private final FairTurns turns;

    ReadyJobs(LaneWeights weights) {
        for (Lane lane : LANES) {
            var queue = new OldestFirstQueue();
            lanes.put(lane, queue);
            all.add(queue);
        }
        all.add(poison);
        // A lane that is not served has no jobs here.
        turns = new FairTurns(LANES.stream().mapToInt(it -> Math.max(1, weights.of(it))).toArray());
    }

    void add(Job job) {
        queueOf(job).add(job);
    }

    void addFirst(Job job) {
        queueOf(job).addFirst(job);
    }

    private OldestFirstQueue queueOf(Job job) {
        return job.isPoisonCandidate() ? poison : queue(job.partition().lane());
    }

    private OldestFirstQueue queue(Lane lane) {
        return Objects.requireNonNull(lanes.get(lane));
    }

    /**
     * Returns the number of ready jobs of the lane. Poison candidates do not count: they start one
     * at a time, and must not block the admission of other jobs.
     */
    int count(Lane lane) {
        return queue(lane).size();
    }

    /** Returns the number of ready jobs of the partition, without poison candidates. */
    int count(Partition partition) {
        return queue(partition.lane()).size(partition);
    }

    /** Takes out the next job that fits; null when there is none. */
    @Nullable Job next(Predicate<Job> fits) {
        Job next = peek(fits);
        if (next != null) {
            queueOf(next).remove(next);
        }
        return next;
    }

    /** Returns true when a job fits. */
    boolean has(Predicate<Job> fits) {
        return peek(fits) != null;
    }

    private @Nullable Job peek(Predicate<Job> fits) {
        Job next = null;
        int lane = 0;
        for (int other = 0; other < LANES.size(); other++) {
            // Asks the limits only about a lane that would be next.
            if (next == null || turns.isBefore(other, lane)) {
                Job first = fitting(all.get(other), fits);
                if (first != null) {
                    next = first;
                    lane = other;
                }
            }
        }
        return next == null ? fitting(poison, fits) : next;
    }

    private static @Nullable Job fitting(OldestFirstQueue queue, Predicate<Job> fits) {
        Job first = queue.peek();
        return first != null && fits.test(first) ? first : null;
    }

    /** Records that the next job starts, so that its lane has had its turn. */
    void onStarted(Job job) {
        queueOf(job).onStarted(job);
        if (!job.isPoisonCandidate()) {
            turns.onStarted(LANES.indexOf(job.partition().lane()));
        }
    }

    /** Saves the turns, so that {@link #reset} can undo later starts. */
    void mark() {
        turns.mark();
        all.forEach(OldestFirstQueue::mark);
    }

    /** Restores the turns saved by the last {@link #mark}. */
    void reset() {
        turns.reset();
        all.forEach(OldestFirstQueue::reset);
    }

    void addTo(Collection<Job> jobs) {
        all.forEach(queue -> queue.addTo(jobs));
    }

    /** Drops jobs that have ended. */
    void onEnded() {
        all.forEach(OldestFirstQueue::onEnded);
    }
}
