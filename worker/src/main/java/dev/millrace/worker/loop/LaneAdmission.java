package dev.millrace.worker.loop;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Chooses the partition of a lane whose next record is admitted. Three records of four come from
 * the partition whose next record is the oldest, so that jobs start in the order in which they were
 * written, whichever partition holds them. The fourth record comes from the partition that has
 * waited longest for its turn: the time of a record is a claim of its client, and a wrong clock
 * must neither stop its own partition nor all others. Belongs to the loop's thread.
 */
final class LaneAdmission {
    /** One record of this many is admitted by turn. */
    private static final int TURN_INTERVAL = 4;

    private static final Comparator<Partition> BY_TURN =
            Comparator.comparingLong(it -> it.lastAdmission);

    private static final Comparator<Partition> BY_AGE =
            Comparator.comparingLong(Partition::nextTimestamp).thenComparing(BY_TURN);

    private final JobTopic topic;
    private final Set<Partition> partitions = new LinkedHashSet<>();
    private long admissions;

    LaneAdmission(JobTopic topic) {
        this.topic = topic;
    }

    JobTopic topic() {
        return topic;
    }

    void add(Partition partition) {
        partitions.add(partition);
    }

    void remove(Partition partition) {
        partitions.remove(partition);
    }

    /** Returns how many partitions of the lane are assigned to this worker. */
    int size() {
        return partitions.size();
    }

    /** Returns true while the first records of a partition are expected, which may be older. */
    boolean awaitsFirst(long nowNanos) {
        return partitions.stream().anyMatch(it -> it.awaitsFirst(nowNanos));
    }

    /** Returns a new list of the active partitions that have buffered a record. */
    List<Partition> waiting() {
        var waiting = new ArrayList<Partition>();
        for (Partition partition : partitions) {
            if (partition.hasWaitingRecord()) {
                waiting.add(partition);
            }
        }
        return waiting;
    }

    /**
     * Returns the partition whose next record is admitted.
     *
     * @param waiting one or more that have buffered a record
     */
    Partition next(Collection<Partition> waiting) {
        boolean byTurn = admissions % TURN_INTERVAL == TURN_INTERVAL - 1;
        return Collections.min(waiting, byTurn ? BY_TURN : BY_AGE);
    }

    /** The next record of that partition is admitted. */
    void onAdmitted(Partition partition) {
        admissions++;
        partition.lastAdmission = admissions;
    }
}
