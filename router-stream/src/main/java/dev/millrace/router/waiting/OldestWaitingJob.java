package dev.millrace.router.waiting;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Start of the oldest wait among the jobs of one kind in the partitions of this router: parked,
 * split or without topics. Such a job is in no job topic, so only this time shows that it is not
 * lost.
 *
 * <p>Shared by all stream threads.
 */
public final class OldestWaitingJob {
    /** Margin for a clock that was set back after a job arrived. */
    static final Duration MARGIN = Duration.ofDays(1);

    private final Map<Integer, Long> byPartition = new ConcurrentHashMap<>();

    /**
     * Sets when a partition's oldest waiting job began to wait, in milliseconds since the epoch.
     */
    public void set(int partition, long sinceMillis) {
        byPartition.put(partition, sinceMillis);
    }

    /** Records that a partition has no waiting job, or is no longer in this router. */
    public void remove(int partition) {
        byPartition.remove(partition);
    }

    /**
     * Returns the time before which unfinished jobs are lost, in milliseconds since the epoch.
     * Waiting jobs are never lost.
     *
     * @param lostBefore the time before which jobs in job topics are lost
     */
    public LongSupplier bound(LongSupplier lostBefore) {
        return () ->
                byPartition.values().stream()
                        .mapToLong(it -> it - MARGIN.toMillis())
                        .reduce(lostBefore.getAsLong(), Math::min);
    }
}
