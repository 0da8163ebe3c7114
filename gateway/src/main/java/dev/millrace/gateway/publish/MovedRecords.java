package dev.millrace.gateway.publish;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * Tells whether the unread records of a partition are only batches that this session has moved back
 * in vain. Moving them again would find no other batch. Used by one thread.
 */
final class MovedRecords {
    private final Map<TopicPartition, Lap> laps = new HashMap<>();

    /**
     * One pass through a partition.
     *
     * @param start end of the partition when the pass began
     * @param end end of the moved batches that follow the start without a gap
     */
    private record Lap(long start, long end) {}

    void forget(TopicPartition partition) {
        laps.remove(partition);
    }

    /**
     * Returns true unless the pass has read all records except moved batches. Begins another pass
     * if the partition has further records.
     */
    boolean mayHaveOthers(TopicPartition partition, long position, long end) {
        Lap lap = laps.get(partition);
        if (lap == null || end > lap.end()) {
            laps.put(partition, new Lap(end, end));
            return true;
        }
        return position < lap.start();
    }

    /**
     * Takes in the offsets of moved batches, which the marker of their transaction follows.
     *
     * @param offsets ascending, not empty
     */
    void onMoved(TopicPartition partition, List<Long> offsets) {
        long first = offsets.getFirst();
        long last = offsets.getLast();
        laps.computeIfPresent(
                partition,
                (_, lap) ->
                        first == lap.end() && last - first == offsets.size() - 1
                                ? new Lap(lap.start(), last + 2)
                                : lap);
    }
}
