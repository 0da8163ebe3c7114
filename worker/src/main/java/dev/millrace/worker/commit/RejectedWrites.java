package dev.millrace.worker.commit;

import dev.millrace.worker.job.Partition;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides which partitions the next transaction contains while the cluster rejects the writes of
 * some partitions. Belongs to the loop's thread.
 *
 * <pre>
 *   all together ──rejected twice──► each half alone ──rejected────► its halves … one partition
 *        ▲                               │ written                        │ rejected
 *        └───────────── no half is left ─┴────────────────────────────────┴──► held, retried alone
 *                                                                              each minute
 * </pre>
 *
 * <p>Each half is an ordinary transaction: the results of a partition and its offset stay together.
 */
final class RejectedWrites {
    /** Delay between two attempts to write a held partition. */
    static final Duration RETRY = Duration.ofMinutes(1);

    /**
     * Number of consecutive rejections from which the cause is searched for. A single rejection can
     * come from a new ACL that has not reached every broker.
     */
    private static final int FIRST_THAT_COUNTS = 2;

    private static final Logger LOG = LoggerFactory.getLogger(RejectedWrites.class);

    /** Groups of partitions to be written separately, the first one next. */
    private final Deque<Set<Partition>> groups = new ArrayDeque<>();

    /** Time of the next attempt for each held partition, in nanoseconds. */
    private final Map<Partition, Long> held = new LinkedHashMap<>();

    private int consecutive;

    /**
     * Returns the partitions that the next transaction writes alone; empty to write all accepted
     * partitions.
     */
    Set<Partition> next(long nowNanos) {
        if (groups.isEmpty()) {
            held.entrySet().stream()
                    .filter(it -> it.getValue() - nowNanos <= 0)
                    .findFirst()
                    .ifPresent(it -> groups.add(Set.of(it.getKey())));
        }
        return groups.isEmpty() ? Set.of() : groups.element();
    }

    /** Returns the nanoseconds until some partitions are written separately. */
    long untilNextNanos(long nowNanos) {
        if (!groups.isEmpty()) {
            return 0;
        }
        long least = Long.MAX_VALUE;
        for (long due : held.values()) {
            least = Math.min(least, Math.max(0, due - nowNanos));
        }
        return least;
    }

    /** Returns true when the partition is held and not due to be tried. */
    boolean isPostponed(Partition partition, long nowNanos) {
        Long due = held.get(partition);
        return due != null && due - nowNanos > 0;
    }

    /**
     * Records that a transaction of these partitions is written.
     *
     * @return the given partitions that were held until now
     */
    List<Partition> onWritten(Collection<Partition> partitions) {
        var released = new ArrayList<Partition>();
        consecutive = 0;
        if (!groups.isEmpty() && groups.element().containsAll(partitions)) {
            groups.remove();
        }
        for (Partition partition : partitions) {
            if (held.remove(partition) != null) {
                partition.onAccepted();
                released.add(partition);
                LOG.atWarn()
                        .addKeyValue("partition", partition.id())
                        .log("the cluster accepts the partition's writes again");
            }
        }
        return released;
    }

    /**
     * Counts a rejection.
     *
     * @return true if the rejection is repeated, so that its cause must be found
     */
    boolean onRejection() {
        consecutive++;
        return consecutive >= FIRST_THAT_COUNTS || !groups.isEmpty();
    }

    /**
     * Splits the rejected partitions into halves to be written separately.
     *
     * @return true when it was a single partition, which is held from now on
     */
    boolean narrow(Collection<Partition> rejected, String reason, long nowNanos) {
        groups.poll();
        if (rejected.size() > 1) {
            List<Partition> all = List.copyOf(rejected);
            int middle = all.size() / 2;
            groups.addFirst(new LinkedHashSet<>(all.subList(middle, all.size())));
            groups.addFirst(new LinkedHashSet<>(all.subList(0, middle)));
            return false;
        }
        rejected.forEach(it -> hold(it, reason, nowNanos));
        return !rejected.isEmpty();
    }

    private void hold(Partition partition, String reason, long nowNanos) {
        held.put(partition, nowNanos + RETRY.toNanos());
        if (!reason.equals(partition.rejection())) {
            LOG.atError()
                    .addKeyValue("partition", partition.id())
                    .log(
                            "the partition is stopped and retried each minute, because the"
                                    + " cluster rejects its writes: {}",
                            reason);
        }
        partition.onRejected(reason);
    }

    /**
     * Makes held partitions among the given ones due at once, because they are about to be revoked.
     */
    void retry(Collection<Partition> partitions, long nowNanos) {
        held.replaceAll((partition, due) -> partitions.contains(partition) ? nowNanos : due);
    }

    /** Forgets partitions that are no longer assigned. */
    void onGone() {
        held.keySet().removeIf(it -> !it.isOwned());
        List<Set<Partition>> left =
                groups.stream()
                        .<Set<Partition>>map(RejectedWrites::owned)
                        .filter(it -> !it.isEmpty())
                        .toList();
        groups.clear();
        groups.addAll(left);
    }

    private static Set<Partition> owned(Set<Partition> group) {
        var owned = new LinkedHashSet<>(group);
        owned.removeIf(it -> !it.isOwned());
        return owned;
    }
}
