package dev.millrace.gateway.publish;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Sets the positions of assigned partitions, and keeps the progress that their previous owners have
 * committed. A partition without an offset is read from its beginning: a batch that has ended, or
 * is read twice, only ends again. Used by the thread of the consumer.
 */
final class OwnedPartitions implements ConsumerRebalanceListener {
    private final Consumer<byte[], byte[]> consumer;
    private final Released released;
    private final Map<TopicPartition, Progress> inherited = new HashMap<>();
    private final Map<TopicPartition, Long> endsWithoutOffset = new HashMap<>();

    /** Is called when a partition moves to another member. */
    @FunctionalInterface
    interface Released {
        void release(TopicPartition partition);
    }

    OwnedPartitions(Consumer<byte[], byte[]> consumer, Released released) {
        this.consumer = consumer;
        this.released = released;
    }

    /** Returns the progress of a batch under previous owners, or before it was postponed. */
    Optional<Progress> inherited(TopicPartition partition, String batch) {
        return Optional.ofNullable(inherited.get(partition)).filter(it -> it.batch().equals(batch));
    }

    /** Keeps the progress of a batch that this member will continue. */
    void keep(TopicPartition partition, Progress progress) {
        inherited.put(partition, progress);
    }

    /** Returns true if the partition had the batch, but no offset, when it was assigned. */
    boolean isWithoutOffset(OwnedBatch batch) {
        return batch.offset() < endsWithoutOffset.getOrDefault(batch.partition(), 0L);
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        if (partitions.isEmpty()) {
            return;
        }
        Map<TopicPartition, OffsetAndMetadata> committed =
                consumer.committed(Set.copyOf(partitions));
        for (TopicPartition partition : partitions) {
            OffsetAndMetadata offset = committed.get(partition);
            if (offset == null) {
                endsWithoutOffset.putAll(consumer.endOffsets(List.of(partition)));
                consumer.seekToBeginning(List.of(partition));
            } else {
                consumer.seek(partition, offset);
                Progress.read(offset.metadata())
                        .ifPresent(progress -> inherited.put(partition, progress));
            }
        }
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) {
            inherited.remove(partition);
            endsWithoutOffset.remove(partition);
            released.release(partition);
        }
    }
}
