package dev.millrace.worker.loop;

import dev.millrace.contracts.config.WorkerConfig.LaneWeights;
import dev.millrace.contracts.job.Lane;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The jobs of one model that are ready: its lanes by turns, critical jobs first within theirs, and
 * last of all those that go alone. Jobs that ended meanwhile are left in and skipped. Belongs to
 * the loop's thread.
 */
final class ReadyJobs {
    private final Map<Rank, Deque<Job>> queues = new EnumMap<>(Rank.class);
    private LaneTurns turns;
    private LaneTurns turnsBefore;

    private enum Rank {
        CRITICAL,
        NORMAL,
        BULK,
        /** Those that go alone wait behind those that do not. */
        SUSPECT;

        static Rank of(Job job) {
            if (job.isSuspect) {
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
            queues.put(rank, new ArrayDeque<>());
        }
        turns = LaneTurns.of(weights);
        turnsBefore = turns;
    }

    void add(Job job) {
        queue(Rank.of(job)).add(job);
    }

    void addFirst(Job job) {
        queue(Rank.of(job)).addFirst(job);
    }

    private Deque<Job> queue(Rank rank) {
        return Objects.requireNonNull(queues.get(rank));
    }

    /** How many jobs of that lane are ready; those that go alone count for both. */
    int count(Lane lane) {
        int others = queue(Rank.SUSPECT).size();
        return switch (lane) {
            case NORMAL -> queue(Rank.CRITICAL).size() + queue(Rank.NORMAL).size() + others;
            case BULK -> queue(Rank.BULK).size() + others;
        };
    }

    /** The next job that fits, which is taken out; null when there is none. */
    @Nullable Job next(Predicate<Job> fits) {
        Job next = peek(fits);
        if (next != null) {
            queue(Rank.of(next)).remove();
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
        Job first = first(rank);
        return first != null && fits.test(first) ? first : null;
    }

    private @Nullable Job first(Rank rank) {
        Deque<Job> queue = queue(rank);
        Job first = queue.peek();
        while (first != null && first.state != Job.State.READY) {
            queue.remove();
            first = queue.peek();
        }
        return first;
    }

    /** A job that was next starts. */
    void onStarted(Job job) {
        switch (Rank.of(job)) {
            case CRITICAL, NORMAL -> turns = turns.onStarted(Lane.NORMAL, first(Rank.BULK) != null);
            case BULK -> turns = turns.onStarted(Lane.BULK, hasNormal());
            case SUSPECT -> {}
        }
    }

    private boolean hasNormal() {
        return first(Rank.CRITICAL) != null || first(Rank.NORMAL) != null;
    }

    /** What starts from now on may be taken back. */
    void mark() {
        turnsBefore = turns;
    }

    /** What has started since the mark has not: its turns come again. */
    void toMark() {
        turns = turnsBefore;
    }

    /** All that are ready. */
    void addTo(Collection<Job> all) {
        for (Deque<Job> queue : queues.values()) {
            for (Job job : queue) {
                if (job.state == Job.State.READY) {
                    all.add(job);
                }
            }
        }
    }

    /** Some jobs have ended meanwhile. */
    void onEnded() {
        for (Deque<Job> queue : queues.values()) {
            queue.removeIf(job -> job.state == Job.State.ENDED);
        }
    }
}
