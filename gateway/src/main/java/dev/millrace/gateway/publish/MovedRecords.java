package dev.millrace.gateway.publish;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Tells whether the unread records of a partition are only batches that this session has moved
 * back, and whose tenants wait anyway. Moving more batches would find none to publish. Used by one
 * thread.
 *
 * <pre>
 * records of this pass through the partition │ moved batches, without a gap │ further records
 *                                          start                           end
 * </pre>
 */
final class MovedRecords {
    /** The end of the partition when the pass began; -1 before the first pass. */
    private long start = -1;

    private long end = -1;

    /** Tenants of the moved batches between start and end. */
    private final Set<String> tenants = new HashSet<>();

    /**
     * Returns true unless the pass has read all records except moved batches. Begins another pass
     * if the partition has further records, or a moved batch whose tenant does not wait any more.
     *
     * @param waits true for a tenant that is blocked, or of whom other batches are held
     */
    boolean mayHaveOthers(long position, long partitionEnd, Predicate<String> waits) {
        if (partitionEnd > end || !tenants.stream().allMatch(waits)) {
            start = partitionEnd;
            end = partitionEnd;
            tenants.clear();
            return true;
        }
        return position < start;
    }

    /**
     * Takes in the offsets of moved batches, which the marker of their transaction follows.
     *
     * @param offsets ascending, not empty
     */
    void onMoved(List<Long> offsets, Set<String> ofTenants) {
        long first = offsets.getFirst();
        long last = offsets.getLast();
        if (first == end && last - first == offsets.size() - 1) {
            end = last + 2;
            tenants.addAll(ofTenants);
        }
    }
}
