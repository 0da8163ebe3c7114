package dev.millrace.consumer;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * The progress of a member of a consumer group: what it has polled from its partitions and not
 * committed. Belongs to the thread that polls; Kafka calls the rebalance methods within a poll.
 *
 * <p>A broker accepts offsets of any partition from any live member, so that this class drops the
 * offsets of partitions that the member no longer owns.
 */
final class GroupProgress implements ConsumerRebalanceListener {
    private final Consumer<byte[], byte[]> kafka;
    private final FirstStart firstStart;
    private final Map<TopicPartition, OffsetAndMetadata> uncommitted = new HashMap<>();

    /** Partitions that must not be read, because they have no offset and none may be chosen. */
    private final Set<TopicPartition> refused = new TreeSet<>(PositionMessages.ORDER);

    GroupProgress(Consumer<byte[], byte[]> kafka, FirstStart firstStart) {
        this.kafka = kafka;
        this.firstStart = firstStart;
    }

    /** Adds the offsets that a poll has reached. */
    void onPolled(Map<TopicPartition, OffsetAndMetadata> next) {
        uncommitted.putAll(next);
    }

    /** Returns what was polled and not committed. */
    Map<TopicPartition, OffsetAndMetadata> uncommitted() {
        return Map.copyOf(uncommitted);
    }

    void onCommitted() {
        uncommitted.clear();
    }

    /**
     * Starts the partitions that the group has never committed. Their first offset is committed at
     * once, so that a partition has one first start, even if it stays empty for long.
     */
    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        Set<TopicPartition> missing = withoutOffset(Set.copyOf(partitions));
        if (missing.isEmpty()) {
            return;
        }
        switch (firstStart) {
            case EARLIEST -> start(kafka.beginningOffsets(missing));
            case LATEST -> start(kafka.endOffsets(missing));
            case REFUSE -> refuse(missing);
        }
    }

    /** Keeps the partitions from being read. The offset is a placeholder. */
    private void refuse(Set<TopicPartition> partitions) {
        kafka.pause(partitions);
        partitions.forEach(partition -> kafka.seek(partition, 0));
        refused.addAll(partitions);
    }

    /**
     * Checks that every partition has an offset.
     *
     * @throws PositionException if one has none
     */
    void requireOffsets() {
        if (!refused.isEmpty()) {
            throw new PositionException(PositionMessages.missing(refused.iterator().next()));
        }
    }

    private Set<TopicPartition> withoutOffset(Set<TopicPartition> partitions) {
        if (partitions.isEmpty()) {
            return Set.of();
        }
        Map<TopicPartition, OffsetAndMetadata> committed = kafka.committed(partitions);
        var missing = new HashSet<>(partitions);
        missing.removeIf(partition -> committed.get(partition) != null);
        return missing;
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

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        partitions.forEach(uncommitted::remove);
        partitions.forEach(refused::remove);
    }
}
