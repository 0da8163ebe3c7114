package dev.millrace.gateway.publish;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Sets the positions of assigned partitions, and scans them for the progress of their batches. A
 * partition without an offset is read from its beginning. Used by the thread of the consumer.
 */
final class OwnedPartitions implements ConsumerRebalanceListener {
    private final Consumer<byte[], byte[]> consumer;
    private final TopicQueries topics;
    private final Released released;
    private final Map<TopicPartition, Owned> partitions = new HashMap<>();

    /**
     * An assigned partition.
     *
     * @param start offset at which its batches begin; null for the beginning
     */
    private record Owned(@Nullable OffsetAndMetadata start, PartitionProgress progress) {}

    /** Is called when a partition moves to another member. */
    @FunctionalInterface
    interface Released {
        void release(TopicPartition partition);
    }

    OwnedPartitions(Consumer<byte[], byte[]> consumer, TopicQueries topics, Released released) {
        this.consumer = consumer;
        this.topics = topics;
        this.released = released;
    }

    /** Returns what is known about the batches of an assigned partition. */
    PartitionProgress progress(TopicPartition partition) {
        Owned owned = partitions.get(partition);
        if (owned == null) {
            throw new IllegalStateException(partition + " is not assigned");
        }
        return owned.progress();
    }

    /** Reads the partitions again whose scan has reached the end. */
    void endScans() {
        partitions.forEach(
                (partition, owned) -> {
                    if (!owned.progress().isScanned()
                            && owned.progress().endScan(consumer.position(partition))) {
                        seek(partition, owned.start());
                    }
                });
    }

    private void seek(TopicPartition partition, @Nullable OffsetAndMetadata start) {
        if (start == null) {
            consumer.seekToBeginning(List.of(partition));
        } else {
            consumer.seek(partition, start);
        }
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
        if (assigned.isEmpty()) {
            return;
        }
        // Waits for the open transactions of earlier owners.
        Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(Set.copyOf(assigned));
        Map<TopicPartition, Long> ends = topics.ends(assigned);
        for (TopicPartition partition : assigned) {
            OffsetAndMetadata start = committed.get(partition);
            var progress = new PartitionProgress(ends.getOrDefault(partition, 0L));
            if (start != null) {
                Progress.read(start.metadata()).ifPresent(progress::onProgress);
            }
            partitions.put(partition, new Owned(start, progress));
            seek(partition, start);
        }
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
        for (TopicPartition partition : revoked) {
            partitions.remove(partition);
            released.release(partition);
        }
    }
}
