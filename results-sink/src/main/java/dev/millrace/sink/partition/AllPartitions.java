package dev.millrace.sink.partition;

import dev.millrace.store.row.PartitionId;
import java.util.Collection;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Assigns all partitions to the consumer, without a consumer group: the database has one writer,
 * and joining a group takes time.
 */
public final class AllPartitions implements PartitionSource {
    private final Consumer<byte[], byte[]> consumer;
    private final Assignment assignment = new Assignment();
    private boolean assigned;

    public AllPartitions(Consumer<byte[], byte[]> consumer) {
        this.consumer = consumer;
    }

    @Override
    public Assignment assignment() {
        return assignment;
    }

    @Override
    public boolean isShared() {
        return false;
    }

    @Override
    public boolean needsStart() {
        return !assigned;
    }

    @Override
    public Map<TopicPartition, PartitionId> toStart(Map<TopicPartition, PartitionId> found) {
        return found;
    }

    @Override
    public void start(Map<TopicPartition, PartitionId> partitions, StartOffsets.Found found) {
        // Without this, a partition paused because of a corrupt batch would stay paused and keep
        // the fetched batch.
        consumer.unsubscribe();
        consumer.assign(partitions.keySet());
        partitions.forEach(
                (name, partition) -> {
                    long offset = found.offsets().getOrDefault(partition, 0L);
                    consumer.seek(name, offset);
                    assignment.add(name, partition, offset);
                });
        // Stay assigned, since a poll without any partition would fail.
        consumer.pause(found.losses().keySet());
        found.losses().forEach(assignment::onLost);
        assigned = true;
    }

    @Override
    public void restart(Collection<TopicPartition> partitions) {
        assignment.clear();
        assigned = false;
    }

    @Override
    public boolean restartChanged(Map<TopicPartition, PartitionId> found) {
        boolean changed = !found.equals(assignment.known());
        if (changed) {
            restart(found.keySet());
        }
        return changed;
    }
}
