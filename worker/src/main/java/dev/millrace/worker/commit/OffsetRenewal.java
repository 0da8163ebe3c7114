package dev.millrace.worker.commit;

import dev.millrace.worker.job.Partition;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * Commits the ledgers of idle partitions again, so that the broker does not delete their offsets.
 * Belongs to the loop's thread.
 *
 * <p>In a group of the consumer protocol (KIP-848), the offsets of a topic without a subscriber
 * expire {@code offsets.retention.minutes} after their last commit, even while the group has
 * members. Without renewal, the offset of a partition that was idle for longer would expire as soon
 * as its last worker stops.
 */
public final class OffsetRenewal {
    /** Interval between checks, and so the highest age of an assignment at its first renewal. */
    private static final Duration CHECK_INTERVAL = Duration.ofMinutes(1);

    /**
     * Interval of renewals: far below any useful retention, and too long to add noticeable load.
     */
    private static final Duration INTERVAL = Duration.ofHours(1);

    private final PendingWrites pending;
    private long checkedNanos;

    /** The time of the last known commit, or request to commit, of each partition. */
    private final Map<Partition, Long> renewed = new HashMap<>();

    public OffsetRenewal(PendingWrites pending, long nowNanos) {
        this.pending = pending;
        this.checkedNanos = nowNanos;
    }

    /** Adds the ledgers of idle partitions to the next transaction when their renewal is due. */
    public void onTick(Collection<Partition> partitions, long nowNanos) {
        if (nowNanos - checkedNanos >= CHECK_INTERVAL.toNanos()) {
            checkedNanos = nowNanos;
            renewed.keySet().retainAll(partitions);
            for (Partition partition : partitions) {
                if (mayRenew(partition)) {
                    renewIfDue(partition, nowNanos);
                }
            }
        }
    }

    private static boolean mayRenew(Partition partition) {
        return partition.isActive()
                && PendingWrites.isAccepted(partition)
                && !partition.isTopicDeleted()
                && !partition.needsRestart();
    }

    private void renewIfDue(Partition partition, long nowNanos) {
        Long last = renewed.get(partition);
        if (partition.commits().takeWritten()) {
            renewed.put(partition, nowNanos);
        } else if (last == null || nowNanos - last >= INTERVAL.toNanos()) {
            renewed.put(partition, nowNanos);
            pending.onLedgerChanged(partition);
        }
    }
}
