package dev.millrace.gateway.publish;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;

/**
 * Tells whether the unread records of a partition are only batches that this session has moved
 * back, and whose tenants wait anyway. Moving more batches would find none to publish. Used by one
 * thread.
 */
final class MovedRecords {
    private final Map<TopicPartition, Lap> laps = new HashMap<>();

    /**
     * One pass through a partition.
     *
     * @param start end of the partition when the pass began
     * @param end end of the moved batches that follow the start without a gap
     * @param tenants tenants of these batches
     */
    private record Lap(long start, long end, Set<String> tenants) {}

    void forget(TopicPartition partition) {
        laps.remove(partition);
    }

    /**
     * Returns true unless the pass has read all records except moved batches. Begins another pass
     * if the partition has further records, or a moved batch whose tenant does not wait any more.
     *
     * @param waits true for a tenant that is blocked, or of whom other batches are held
     */
    boolean mayHaveOthers(
            TopicPartition partition, long position, long end, Predicate<String> waits) {
        Lap lap = laps.get(partition);
        if (lap == null || end > lap.end() || !lap.tenants().stream().allMatch(waits)) {
            laps.put(partition, new Lap(end, end, Set.of()));
            return true;
        }
        return position < lap.start();
    }

    /**
     * Takes in the offsets of moved batches, which the marker of their transaction follows.
     *
     * @param offsets ascending, not empty
     */
    void onMoved(TopicPartition partition, List<Long> offsets, Set<String> tenants) {
        long first = offsets.getFirst();
        long last = offsets.getLast();
        laps.computeIfPresent(
                partition,
                (_, lap) ->
                        first == lap.end() && last - first == offsets.size() - 1
                                ? new Lap(lap.start(), last + 2, union(lap.tenants(), tenants))
                                : lap);
    }

    private static Set<String> union(Set<String> some, Set<String> others) {
        var all = new HashSet<>(some);
        all.addAll(others);
        return all;
    }
}
