package dev.millrace.router.streams;

import dev.millrace.router.message.CommitTrigger;
import dev.millrace.router.message.RoutingMessage.Origin;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

/**
 * Counts the records that one stream thread has polled but not yet processed. Belongs to that
 * thread.
 */
final class PolledRecords {
    /**
     * Time for which polls stay short after a start and after each record, since the thread can
     * have something to commit, restore or store.
     */
    static final Duration BUSY = Duration.ofSeconds(5);

    private final Map<TopicPartition, Long> lastPolled = new HashMap<>();
    private final Map<TopicPartition, Long> lastProcessed = new HashMap<>();
    private long busySinceNanos;

    PolledRecords(long nowNanos) {
        busySinceNanos = nowNanos;
    }

    /** Forgets partitions that are no longer assigned: another thread processes their records. */
    void onAssigned(Set<TopicPartition> assignment) {
        lastPolled.keySet().retainAll(assignment);
        lastProcessed.keySet().retainAll(assignment);
    }

    /**
     * Forgets a partition whose polled records are not processed: their task was closed.
     *
     * @return true if the partition was polled since its assignment
     */
    boolean forget(TopicPartition partition) {
        lastProcessed.remove(partition);
        return lastPolled.remove(partition) != null;
    }

    void onPolled(ConsumerRecords<byte[], byte[]> records) {
        for (TopicPartition partition : records.partitions()) {
            var polled = records.records(partition);
            if (waiting(partition) == 0) {
                // Another router has possibly processed the records in between.
                lastProcessed.put(partition, polled.getFirst().offset() - 1);
            }
            lastPolled.put(partition, polled.getLast().offset());
        }
    }

    void onRecord(Origin record, long nowNanos) {
        lastProcessed.put(new TopicPartition(record.topic(), record.partition()), record.offset());
        busySinceNanos = nowNanos;
    }

    /** Returns the difference of the last polled and the last processed offset. */
    long waiting(TopicPartition partition) {
        long polled = lastPolled.getOrDefault(partition, -1L);
        return Math.max(0, polled - lastProcessed.getOrDefault(partition, polled));
    }

    /** Returns the sum of the waiting records of some topics. */
    long waiting(Set<String> topics) {
        long sum = 0;
        for (TopicPartition partition : lastPolled.keySet()) {
            if (topics.contains(partition.topic())) {
                sum += waiting(partition);
            }
        }
        return sum;
    }

    /** Returns how long to poll; a thread cannot commit while it polls. */
    Duration pollTimeout(Duration requested, long nowNanos) {
        boolean isBusy = nowNanos - busySinceNanos < BUSY.toNanos();
        return isBusy && requested.compareTo(CommitTrigger.TICK) > 0
                ? CommitTrigger.TICK
                : requested;
    }
}
