package dev.millrace.router.budget;

import java.util.Comparator;

/**
 * A partition with jobs that wait for money. All accounts serve partitions in one order; otherwise
 * two jobs that need money of two accounts could take it from each other forever.
 *
 * @param sinceMillis when its first waiting job began to wait, in milliseconds since the epoch
 * @param partition request partition, from 0
 */
public record WaitingPartition(long sinceMillis, int partition)
        implements Comparable<WaitingPartition> {
    /**
     * Precedes all partitions: each must give back its free money, since more is lent than the
     * limit allows.
     */
    public static final WaitingPartition OVER_LIMIT = new WaitingPartition(0, Integer.MAX_VALUE);

    private static final Comparator<WaitingPartition> ORDER =
            Comparator.comparingLong(WaitingPartition::sinceMillis)
                    .thenComparingInt(WaitingPartition::partition);

    @Override
    public int compareTo(WaitingPartition other) {
        return ORDER.compare(this, other);
    }
}
