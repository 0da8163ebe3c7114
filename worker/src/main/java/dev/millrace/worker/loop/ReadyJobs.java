package dev.millrace.worker.loop;

import dev.millrace.contracts.config.WorkerConfig.LaneWeights;
import dev.millrace.contracts.job.Lane;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The jobs of one model that are ready: its lanes by turns, within a lane the critical jobs first,
 * then the oldest ones, and last of all those that go alone. Belongs to the loop's thread.
 */
final class ReadyJobs {
    private final Map<Rank, OldestFirstQueue> queues = new EnumMap<>(Rank.class);
    private WeightedRoundRobin turns;
    private WeightedRoundRobin turnsBefore;

    private enum Rank {
        CRITICAL,
        NORMAL,
        BULK,
        /** Those that go alone wait behind those that do not. */
        SUSPECT;

        static Rank of(Job job) {
            if (job.isPoisonCandidate) {
                return SUSPECT;
            }
            return switch (job.partition.lane) {
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
     * Returns how many jobs of the lane are ready. Poison candidates do not count: they start one
     * at a time, and other jobs must be admitted meanwhile.
     */
    int count(Lane lane) {
        return switch (lane) {
            case NORMAL -> queue(Rank.CRITICAL).size() + queue(Rank.NORMAL).size();
            case BULK -> queue(Rank.BULK).size();
        };
    }

    /** Returns how many jobs of the partition are ready, without poison candidates. */
    int count(Partition partition) {
        return queue(Rank.CRITICAL).size(partition)
                + queue(Rank.NORMAL).size(partition)
                + queue(Rank.BULK).size(partition);
    }

    /** The next job that fits, which is taken out; null when there is none. */
    @Nullable Job next(Predicate<Job> fits) {
        Job next = peek(fits);
        if (next != null) {
            queue(Rank.of(next)).remove(next);
        }
        return next;
    }

    /** Whether a job fits. */
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
        return normal == null ? fitting(Rank.SUSPECT, fits) : normal;
    }

    private @Nullable Job fitting(Rank rank, Predicate<Job> fits) {
        Job first = queue(rank).peek();
        return first != null && fits.test(first) ? first : null;
    }

    /** A job that was next starts. */
    void onStarted(Job job) {
        queue(Rank.of(job)).onStarted(job);
        switch (Rank.of(job)) {
            case CRITICAL, NORMAL ->
                    turns = turns.onStarted(Lane.NORMAL, queue(Rank.BULK).hasReady());
            case BULK -> turns = turns.onStarted(Lane.BULK, hasNormal());
            case SUSPECT -> {}
        }
    }

    private boolean hasNormal() {
        return queue(Rank.CRITICAL).hasReady() || queue(Rank.NORMAL).hasReady();
    }

    /** What starts from now on may be taken back. */
    void mark() {
        turnsBefore = turns;
        queues.values().forEach(OldestFirstQueue::mark);
    }

    /** What has started since the mark has not: its turns come again. */
    void toMark() {
        turns = turnsBefore;
        queues.values().forEach(OldestFirstQueue::reset);
    }

    /** All that are ready. */
    void addTo(Collection<Job> all) {
        queues.values().forEach(queue -> queue.addTo(all));
    }

    /** Some jobs have ended meanwhile. */
    void onEnded() {
        queues.values().forEach(OldestFirstQueue::onEnded);
    }
}
