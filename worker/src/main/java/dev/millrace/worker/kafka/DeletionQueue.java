package dev.millrace.worker.kafka;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * Decides which records to delete next. The partition that has waited longest is first; only the
 * newest offset of a partition counts. Thread-safe: the loop adds, another thread takes.
 */
final class DeletionQueue {
    /** Maximum number of partitions in a request; small, to keep the load on brokers low. */
    static final int MAX_PARTITIONS = 50;

    private final Map<TopicPartition, Long> waiting = new LinkedHashMap<>();
    private final Map<TopicPartition, Long> failed = new HashMap<>();
    private final Map<TopicPartition, Long> deleted = new HashMap<>();
    private boolean isRunning;

    /**
     * Adds offsets below which records are no longer needed, and requeues failed deletions.
     *
     * @return true if the caller must start a thread that calls {@link #nextStep}, because none is
     *     running
     */
    synchronized boolean add(Map<TopicPartition, Long> offsets) {
        failed.forEach(waiting::putIfAbsent);
        failed.clear();
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

    /** Returns the next deletions. If there are none, the calling thread must end. */
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

    /** Removes the deletion of a partition, because its topic was possibly recreated. */
    synchronized void forget(TopicPartition partition) {
        waiting.remove(partition);
        failed.remove(partition);
        deleted.remove(partition);
    }

    synchronized void onDeleted(TopicPartition partition, long offset) {
        deleted.put(partition, offset);
    }

    /**
     * Keeps a failed deletion for the next {@link #add}, unless that call brings a newer offset.
     */
    synchronized void onFailed(TopicPartition partition, long offset) {
        failed.put(partition, offset);
    }
}
