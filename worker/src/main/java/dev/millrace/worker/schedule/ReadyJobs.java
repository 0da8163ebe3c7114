package dev.millrace.worker.schedule;

import dev.millrace.contracts.config.WorkerConfig.LaneWeights;
import dev.millrace.contracts.job.Lane;
import dev.millrace.worker.job.Job;
import dev.millrace.worker.job.Partition;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The ready jobs of one model. Its lanes take turns. Within a lane, critical jobs go first, then
 * the oldest ones. Poison candidates go last of all. Belongs to the loop's thread.
 */
final class ReadyJobs {
    private final Map<Rank, OldestFirstQueue> queues = new EnumMap<>(Rank.class);
    private WeightedRoundRobin turns;
    private WeightedRoundRobin turnsBefore;

    private enum Rank {
        CRITICAL,
        NORMAL,
        BULK,
        /** Poison candidates run alone, and wait behind all other jobs. */
        POISON;

        static Rank of(Job job) {
            if (job.isPoisonCandidate()) {
                return POISON;
            }
            return switch (job.partition().lane()) {
                case NORMAL -> job.isCritical() ? CRITICAL : NORMAL;
                case BULK -> BULK;
            };
        }
    }

    ReadyJobs(LaneWeights weights) {
        for (Rank rank : Rank.values()) {
            queues.put(rank, new OldestFirstQueue());
        }
        turns = WeightedRoundRobin.of(weights);
        turnsBefore = turns;
    }

    void add(Job job) {
        queue(Rank.of(job)).add(job);
    }

    void addFirst(Job job) {
        queue(Rank.of(job)).addFirst(job);
    }

    private OldestFirstQueue queue(Rank rank) {
        return Objects.requireNonNull(queues.get(rank));
    }

    /**
     * Returns the number of ready jobs of the lane. Poison candidates do not count: they start one
     * at a time, and other jobs must be admitted meanwhile.
     */
    int count(Lane lane) {
        return switch (lane) {
            case NORMAL -> queue(Rank.CRITICAL).size() + queue(Rank.NORMAL).size();
            case BULK -> queue(Rank.BULK).size();
        };
    }

    /** Returns the number of ready jobs of the partition, without poison candidates. */
    int count(Partition partition) {
        return queue(Rank.CRITICAL).size(partition)
                + queue(Rank.NORMAL).size(partition)
                + queue(Rank.BULK).size(partition);
    }

    /** Takes out the next job that fits; null when there is none. */
    @Nullable Job next(Predicate<Job> fits) {
        Job next = peek(fits);
        if (next != null) {
            queue(Rank.of(next)).remove(next);
        }
        return next;
    }

    /** Returns true when a job fits. */
    boolean has(Predicate<Job> fits) {
        return peek(fits) != null;
    }

    private @Nullable Job peek(Predicate<Job> fits) {
        Job normal = fitting(Rank.CRITICAL, fits);
        if (normal == null) {
            normal = fitting(Rank.NORMAL, fits);
        }
        Job bulk = normal != null && turns.next() == Lane.NORMAL ? null : fitting(Rank.BULK, fits);
        if (bulk != null) {
            return bulk;
        }
        return normal == null ? fitting(Rank.POISON, fits) : normal;
    }

    private @Nullable Job fitting(Rank rank, Predicate<Job> fits) {
        Job first = queue(rank).peek();
        return first != null && fits.test(first) ? first : null;
    }

    /** Records that the next job starts, so that its lane has had its turn. */
    void onStarted(Job job) {
        queue(Rank.of(job)).onStarted(job);
        switch (Rank.of(job)) {
            case CRITICAL, NORMAL ->
                    turns = turns.onStarted(Lane.NORMAL, queue(Rank.BULK).hasReady());
            case BULK -> turns = turns.onStarted(Lane.BULK, hasNormal());
            case POISON -> {}
        }
    }

    private boolean hasNormal() {
        return queue(Rank.CRITICAL).hasReady() || queue(Rank.NORMAL).hasReady();
    }

    /** Saves the turns, so that {@link #reset} can undo later starts. */
    void mark() {
        turnsBefore = turns;
        queues.values().forEach(OldestFirstQueue::mark);
    }

    /** Restores the turns saved by the last {@link #mark}. */
    void reset() {
        turns = turnsBefore;
        queues.values().forEach(OldestFirstQueue::reset);
    }

    /** Adds all ready jobs to the given collection. */
    void addTo(Collection<Job> all) {
        queues.values().forEach(queue -> queue.addTo(all));
    }

    /** Drops jobs that have ended. */
    void onEnded() {
        queues.values().forEach(OldestFirstQueue::onEnded);
    }
}
