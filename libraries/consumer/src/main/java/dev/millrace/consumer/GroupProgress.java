package dev.millrace.consumer;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.WakeupException;

/**
 * The progress of a member of a consumer group: the offsets that it has polled but not committed.
 * Belongs to the polling thread; Kafka calls the rebalance methods within a poll.
 *
 * <p>A broker accepts offsets of any partition from any live member. So this class drops the
 * offsets of partitions that the member no longer owns.
 */
final class GroupProgress implements ConsumerRebalanceListener {
    private final Consumer<byte[], byte[]> kafka;
    private final FirstStart firstStart;
    private final Map<TopicPartition, OffsetAndMetadata> uncommitted = new HashMap<>();

    /** Partitions that are assigned and paused, until their offset is known. */
    private final Set<TopicPartition> waiting = new HashSet<>();

    /**
     * Paused partitions that must not be read, because they have no offset and the settings forbid
     * choosing one.
     */
    private final Set<TopicPartition> refused = new TreeSet<>(PositionMessages.ORDER);

    GroupProgress(Consumer<byte[], byte[]> kafka, FirstStart firstStart) {
        this.kafka = kafka;
        this.firstStart = firstStart;
    }

    /**
     * Adds the offsets that a poll has reached.
     *
     * @throws PositionException if a partition has no offset and the settings forbid choosing one;
     *     the polled records are then polled again
     */
    void onPolled(ConsumerRecords<byte[], byte[]> records) {
        if (!refused.isEmpty()) {
            records.partitions().forEach(it -> kafka.seek(it, records.records(it).get(0).offset()));
            throw new PositionException(PositionMessages.missing(refused.iterator().next()));
        }
        uncommitted.putAll(records.nextOffsets());
    }

    /** Returns the polled but uncommitted offsets. */
    Map<TopicPartition, OffsetAndMetadata> uncommitted() {
        return Map.copyOf(uncommitted);
    }

    void onCommitted() {
        uncommitted.clear();
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        hold(partitions);
        waiting.addAll(partitions);
        try {
            startWaiting();
        } catch (WakeupException e) {
            // The wakeup was meant for the poll, which must first finish the assignment.
            kafka.wakeup();
        } catch (InterruptException e) {
            // Also ends the poll.
            Thread.currentThread().interrupt();
        }
    }

    /** Keeps the partitions from being read. The offset is a placeholder. */
    private void hold(Collection<TopicPartition> partitions) {
        kafka.pause(partitions);
        partitions.forEach(partition -> kafka.seek(partition, 0));
    }

    /**
     * Starts the assigned partitions whose start was interrupted by a wakeup or a failure. If the
     * group has never committed an offset of a partition, its first offset is committed at once, so
     * that the partition has one first start, even if it stays empty for long.
     */
    void startWaiting() {
        if (waiting.isEmpty()) {
            return;
        }
        try {
            startEachWaiting();
        } catch (CommitFailedException | RebalanceInProgressException e) {
            // The next poll takes part in the rebalance; the partitions wait for it, paused.
        }
    }

    private void startEachWaiting() {
        var missing = new HashSet<>(waiting);
        kafka.committed(Set.copyOf(waiting))
                .forEach(
                        (partition, offset) -> {
                            if (offset != null) {
                                missing.remove(partition);
                                kafka.seek(partition, offset);
                            }
                        });
        if (!missing.isEmpty()) {
            switch (firstStart) {
                case EARLIEST -> start(kafka.beginningOffsets(missing));
                case LATEST -> start(kafka.endOffsets(missing));
                case REFUSE -> refused.addAll(missing);
            }
        }
        waiting.removeAll(refused);
        kafka.resume(waiting);
        waiting.clear();
    }

    private void start(Map<TopicPartition, Long> offsets) {
        var start = new HashMap<TopicPartition, OffsetAndMetadata>();
        offsets.forEach(
                (partition, offset) -> {
                    kafka.seek(partition, offset);
                    start.put(partition, new OffsetAndMetadata(offset));
                });
        kafka.commitSync(start);
    }

    /** Returns false for a partition whose offset is a placeholder. */
    boolean isStarted(TopicPartition partition) {
        return !waiting.contains(partition) && !refused.contains(partition);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        partitions.forEach(uncommitted::remove);
        partitions.forEach(waiting::remove);
        partitions.forEach(refused::remove);
    }
}
