package dev.millrace.worker.kafka;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * Which records are to be deleted next. What waits longest comes first; of a partition only the
 * newest offset counts. Guarded by itself: the loop adds, another thread takes.
 */
final class DeletionQueue {
    /** Partitions of one request: small, so that no broker feels it. */
    static final int MAX_PARTITIONS = 50;

    private final Map<TopicPartition, Long> waiting = new LinkedHashMap<>();
    private final Map<TopicPartition, Long> later = new HashMap<>();
    private final Map<TopicPartition, Long> deleted = new HashMap<>();
    private boolean isRunning;

    /**
     * Nobody needs the records below these offsets any more. What failed before is tried again.
     *
     * @return whether somebody has to begin with {@link #nextStep}; no one is at it
     */
    synchronized boolean add(Map<TopicPartition, Long> offsets) {
        later.forEach(waiting::putIfAbsent);
        later.clear();
        offsets.forEach(
                (partition, offset) -> {
                    if (offset > 0 && !offset.equals(deleted.get(partition))) {
                        waiting.put(partition, offset);
                    }
                });
        boolean begin = !isRunning && !waiting.isEmpty();
        isRunning = isRunning || begin;
        return begin;
    }

    /** What to delete now; empty when nothing is left, and whoever asked has come to the end. */
    synchronized Map<TopicPartition, Long> nextStep() {
        var step = new HashMap<TopicPartition, Long>();
        var candidates = waiting.entrySet().iterator();
        while (candidates.hasNext() && step.size() < MAX_PARTITIONS) {
            var candidate = candidates.next();
            step.put(candidate.getKey(), candidate.getValue());
            candidates.remove();
        }
        isRunning = !step.isEmpty();
        return step;
    }

    /** Drops what is waiting for a partition: its topic may be another one. */
    synchronized void forget(TopicPartition partition) {
        waiting.remove(partition);
        later.remove(partition);
        deleted.remove(partition);
    }

    synchronized void onDeleted(TopicPartition partition, long offset) {
        deleted.put(partition, offset);
    }

    /** To be tried again with the next {@link #add}, unless that brings a newer offset. */
    synchronized void onFailed(TopicPartition partition, long offset) {
        later.put(partition, offset);
    }
}
