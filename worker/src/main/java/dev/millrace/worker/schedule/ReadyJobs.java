package dev.millrace.worker.schedule;

import dev.millrace.configuration.WorkerConfig.LaneWeights;
import dev.millrace.contracts.job.Lane;
import dev.millrace.worker.job.Job;
import dev.millrace.worker.job.Partition;
import java.util.Collection;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The ready jobs of one model. Its lanes take turns; within a lane, its tenants take turns. Poison
 * candidates are last of all. Belongs to the loop's thread.
 */
final class ReadyJobs {
    private static final List<Lane> LANES = List.of(Lane.values());

    /** Critical lanes are the first ones. */
    private static final int CRITICAL_LANES = (int) LANES.stream().filter(Lane::isCritical).count();

    private static final int NONE = -1;

    /** The queues of the lanes in their order. */
    private final List<LaneQueue> lanes;

    /** Poison candidates run alone, and wait behind the jobs of all lanes. */
    private final LaneQueue poison;

    private final FairTurns turns;
    private final BooleanSupplier hasReserveAlone;

    /**
     * @param tenantWeights returns a tenant's weight, 1 or more
     * @param hasReserveAlone returns true when only critical calls may start, in a reserved slot
     */
    ReadyJobs(
            LaneWeights weights,
            ToIntFunction<String> tenantWeights,
            BooleanSupplier hasReserveAlone) {
        this.hasReserveAlone = hasReserveAlone;
        lanes = LANES.stream().map(_ -> new LaneQueue(tenantWeights)).toList();
        poison = new LaneQueue(tenantWeights);
        // A lane that is not served has no jobs here.
        turns = new FairTurns(LANES.stream().mapToInt(it -> Math.max(1, weights.of(it))).toArray());
    }

    void add(Job job) {
        queueOf(job).add(job);
    }

    void addFirst(Job job) {
        queueOf(job).addFirst(job);
    }

    private LaneQueue queueOf(Job job) {
        return job.isPoisonCandidate() ? poison : queue(job.partition().lane());
    }

    private LaneQueue queue(Lane lane) {
        return lanes.get(LANES.indexOf(lane));
    }

    /**
     * Returns the number of ready jobs of the lane. Poison candidates do not count: they start one
     * at a time, and must not block the admission of other jobs.
     */
    int count(Lane lane) {
        return queue(lane).size();
    }

    /** Returns the number of tenants with ready jobs in the lane. */
    int tenantCount(Lane lane) {
        return queue(lane).tenantCount();
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

    /**
     * Returns the next job that fits. If the first job of the lane whose turn it is does not fit,
     * the lane keeps its turn however long it waits. Otherwise small calls of other lanes could
     * take each permit that a large call waits for. Critical lanes overtake others for a limited
     * time, and longer in reserved slots, which the others cannot use.
     */
    private @Nullable Job peek(Predicate<Job> fits) {
        int turn = laneWithTurn(LANES.size());
        int critical = laneWithTurn(CRITICAL_LANES);
        if (critical != NONE
                && (turns.mayOvertake(critical, turn) || hasReserveAlone.getAsBoolean())) {
            turn = critical;
        }
        Job next = turn == NONE ? null : fitting(lanes.get(turn), fits);
        return next == null ? fitting(poison, fits) : next;
    }

    /** Returns the lane with the next turn, of the given number of lanes with ready jobs. */
    private int laneWithTurn(int count) {
        int next = NONE;
        for (int lane = 0; lane < count; lane++) {
            if (lanes.get(lane).peek() != null && (next == NONE || turns.isBefore(lane, next))) {
                next = lane;
            }
        }
        return next;
    }

    private static @Nullable Job fitting(LaneQueue queue, Predicate<Job> fits) {
        Job first = queue.peek();
        return first != null && fits.test(first) ? first : null;
    }

    /** Records that the next job starts, so that its lane and its tenant have had their turns. */
    void onStarted(Job job) {
        LaneQueue own = queueOf(job);
        own.onStarted(job);
        for (LaneQueue other : lanes) {
            if (!other.equals(own)) {
                other.onStartedElsewhere(job.headers().tenant());
            }
        }
        if (!job.isPoisonCandidate()) {
            int lane = LANES.indexOf(job.partition().lane());
            int turn = lane < CRITICAL_LANES ? laneWithTurn(LANES.size()) : NONE;
            turns.onStarted(lane, turn == NONE ? lane : turn);
        }
    }

    /** Saves the turns, so that {@link #reset} can undo later starts. */
    void mark() {
        turns.mark();
        lanes.forEach(LaneQueue::mark);
        poison.mark();
    }

    /** Restores the turns saved by the last {@link #mark}. */
    void reset() {
        turns.reset();
        lanes.forEach(LaneQueue::reset);
        poison.reset();
    }

    void addTo(Collection<Job> jobs) {
        lanes.forEach(queue -> queue.addTo(jobs));
        poison.addTo(jobs);
    }

    /** Drops jobs that have ended. */
    void onEnded() {
        removeIf(Job::hasEnded);
    }

    /** Drops jobs. */
    void removeIf(Predicate<Job> drops) {
        lanes.forEach(it -> it.removeIf(drops));
        poison.removeIf(drops);
    }
}
