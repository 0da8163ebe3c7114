package dev.millrace.router;

import dev.millrace.router.flow.Flow.Origin;
import dev.millrace.router.step.RouterTopology;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

/** The records that one stream thread has polled and not yet processed. Belongs to that thread. */
final class PolledRecords {
    /**
     * After a start, and after each record, polls are short for this long: there may be something
     * to commit, to restore or to store.
     */
    static final Duration BUSY = Duration.ofSeconds(5);

    private final Map<TopicPartition, Long> lastPolled = new HashMap<>();
    private final Map<TopicPartition, Long> lastProcessed = new HashMap<>();
    private long busySinceNanos;

    PolledRecords(long nowNanos) {
        busySinceNanos = nowNanos;
    }

    /**
     * Forgets partitions that this thread no longer has: another router processes their records.
     */
    void onAssigned(Set<TopicPartition> assignment) {
        lastPolled.keySet().retainAll(assignment);
        lastProcessed.keySet().retainAll(assignment);
    }

    void onPolled(ConsumerRecords<byte[], byte[]> records) {
        for (TopicPartition partition : records.partitions()) {
            var polled = records.records(partition);
            if (waiting(partition) == 0) {
                // Another router may have processed what is between.
                lastProcessed.put(partition, polled.getFirst().offset() - 1);
            }
            lastPolled.put(partition, polled.getLast().offset());
        }
    }

    void onRecord(Origin record, long nowNanos) {
        lastProcessed.put(new TopicPartition(record.topic(), record.partition()), record.offset());
        busySinceNanos = nowNanos;
    }

    /** Returns how many records of a partition have been polled and not processed, by offset. */
    long waiting(TopicPartition partition) {
        long polled = lastPolled.getOrDefault(partition, -1L);
        return Math.max(0, polled - lastProcessed.getOrDefault(partition, polled));
    }

    /** Returns how long to poll: a thread that polls does not commit. */
    Duration pollWait(Duration given, long nowNanos) {
        boolean isBusy = nowNanos - busySinceNanos < BUSY.toNanos();
        return isBusy && given.compareTo(RouterTopology.COMMIT_TICK) > 0
                ? RouterTopology.COMMIT_TICK
                : given;
    }
}
