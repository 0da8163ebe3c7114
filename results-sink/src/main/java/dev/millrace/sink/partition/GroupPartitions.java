package dev.millrace.sink.partition;

import dev.millrace.store.row.PartitionId;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads the partitions that a consumer group assigns to this sink. The group only distributes
 * partitions; offsets come from the database, and nothing is committed to the group.
 *
 * <p>Kafka calls the rebalance methods within a poll, when no polled record waits to be stored. The
 * methods do not access the database, so that an unavailable database does not disturb the group: a
 * new partition stays paused until it is started.
 */
public final class GroupPartitions implements PartitionSource, ConsumerRebalanceListener {
    private final Consumer<byte[], byte[]> consumer;
    private final Assignment assignment = new Assignment();
    private final Set<TopicPartition> notStarted = new LinkedHashSet<>();

    /** The topics that the group distributes; empty before the sink joins the group. */
    private Set<String> subscribed = Set.of();

    /**
     * @param consumer has a group id, and neither commits nor resets offsets
     */
    public GroupPartitions(Consumer<byte[], byte[]> consumer) {
        this.consumer = consumer;
    }

    @Override
    public Assignment assignment() {
        return assignment;
    }

    @Override
    public boolean isShared() {
        return true;
    }

    @Override
    public boolean needsStart() {
        return subscribed.isEmpty() || !notStarted.isEmpty();
    }

    @Override
    public Map<TopicPartition, PartitionId> toStart(Map<TopicPartition, PartitionId> found) {
        subscribe(found);
        var partitions = new HashMap<>(found);
        partitions.keySet().retainAll(notStarted);
        return partitions;
    }

    @Override
    public void start(Map<TopicPartition, PartitionId> partitions, StartOffsets.Found found) {
        partitions.forEach(
                (name, partition) -> {
                    long offset = found.offsets().getOrDefault(partition, 0L);
                    consumer.seek(name, offset);
                    if (!found.losses().containsKey(name)) {
                        consumer.resume(Set.of(name));
                    }
                    assignment.add(name, partition, offset);
                    notStarted.remove(name);
                });
        found.losses().forEach(assignment::onLost);
    }

    @Override
    public void restart(Collection<TopicPartition> partitions) {
        Set<TopicPartition> assigned = consumer.assignment();
        onPartitionsAssigned(partitions.stream().filter(assigned::contains).toList());
    }

    /** Ignores partitions of other sinks, and new partitions, which the group assigns. */
    @Override
    public boolean restartChanged(Map<TopicPartition, PartitionId> found) {
        List<TopicPartition> changed =
                assignment.known().entrySet().stream()
                        .filter(it -> !it.getValue().equals(found.get(it.getKey())))
                        .map(Map.Entry::getKey)
                        .toList();
        restart(changed);
        subscribe(found);
        return !changed.isEmpty();
    }

    /** Subscribes to the topics that exist, if they have changed since the last call. */
    private void subscribe(Map<TopicPartition, PartitionId> found) {
        Set<String> topics =
                found.keySet().stream().map(TopicPartition::topic).collect(Collectors.toSet());
        if (!topics.equals(subscribed)) {
            consumer.subscribe(topics, this);
            subscribed = topics;
        }
    }

    /** Pauses the partitions. The offset is a placeholder: the group has no committed offsets. */
    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        assignment.remove(partitions);
        consumer.pause(partitions);
        partitions.forEach(name -> consumer.seek(name, 0));
        notStarted.addAll(partitions);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        assignment.remove(partitions);
        notStarted.removeAll(List.copyOf(partitions));
    }
}
