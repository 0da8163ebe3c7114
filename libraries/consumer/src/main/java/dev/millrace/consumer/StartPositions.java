package dev.millrace.consumer;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/** Determines the start offsets of a consumer whose caller keeps the positions. */
final class StartPositions {
    private final Consumer<byte[], byte[]> kafka;
    private final FirstStart firstStart;

    StartPositions(Consumer<byte[], byte[]> kafka, FirstStart firstStart) {
        this.kafka = kafka;
        this.firstStart = firstStart;
    }

    /**
     * Returns the offset of each partition of the topics.
     *
     * @throws PositionException if a position cannot be read, or a required position is missing
     * @throws IllegalStateException if a topic does not exist
     */
    Map<TopicPartition, Long> of(Set<String> topics, Collection<Position> positions) {
        Set<TopicPartition> partitions = partitions(kafka, topics);
        Map<TopicPartition, Long> known = known(positions, topics, partitions);
        Map<TopicPartition, Long> first = kafka.beginningOffsets(partitions);
        Map<TopicPartition, Long> end = kafka.endOffsets(partitions);
        var start = new HashMap<TopicPartition, Long>();
        for (TopicPartition partition : partitions) {
            start.put(
                    partition,
                    start(
                            partition,
                            known.get(partition),
                            first.getOrDefault(partition, 0L),
                            end.getOrDefault(partition, 0L)));
        }
        return start;
    }

    /**
     * Returns the partitions of the topics.
     *
     * @throws IllegalStateException if a topic does not exist
     */
    static Set<TopicPartition> partitions(Consumer<byte[], byte[]> kafka, Set<String> topics) {
        var partitions = new ArrayList<TopicPartition>();
        for (String topic : topics) {
            List<PartitionInfo> found = find(kafka, topic);
            if (found == null || found.isEmpty()) {
                throw new IllegalStateException(
                        "the topic "
                                + topic
                                + " does not exist; \"millrace topics apply\" creates it");
            }
            found.forEach(it -> partitions.add(new TopicPartition(topic, it.partition())));
        }
        return Set.copyOf(partitions);
    }

    private static @Nullable List<PartitionInfo> find(
            Consumer<byte[], byte[]> kafka, String topic) {
        try {
            return kafka.partitionsFor(topic);
        } catch (UnknownTopicOrPartitionException e) {
            return null;
        }
    }

    private static Map<TopicPartition, Long> known(
            Collection<Position> positions, Set<String> topics, Set<TopicPartition> partitions) {
        var known = new TreeMap<TopicPartition, Long>(PositionMessages.ORDER);
        for (Position position : positions) {
            var partition = new TopicPartition(position.topic(), position.partition());
            if (!topics.contains(position.topic())) {
                throw new IllegalArgumentException(
                        "there is a position for "
                                + partition
                                + ", but the consumer reads "
                                + topics);
            }
            if (!partitions.contains(partition)) {
                throw new PositionException(
                        "there is a position for "
                                + partition
                                + ", which does not exist; the positions belong to another"
                                + " cluster or to an earlier topic of the same name");
            }
            known.put(partition, position.offset());
        }
        return known;
    }

    private long start(TopicPartition partition, @Nullable Long known, long first, long end) {
        if (known == null) {
            return switch (firstStart) {
                case EARLIEST -> first;
                case LATEST -> end;
                case REFUSE -> throw new PositionException(PositionMessages.missing(partition));
            };
        }
        if (known < first || known > end) {
            throw new PositionException(
                    PositionMessages.outOfRange(partition, known, first, end)
                            + ". Pass another position for it, or none");
        }
        return known;
    }
}
