package dev.millrace.retrieval.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** All partitions of a topic, which one consumer without a group reads. Belongs to one thread. */
final class FollowedTopic implements AutoCloseable {
    private final Consumer<byte[], byte[]> consumer;
    private final String topic;
    private final List<TopicPartition> partitions;

    private FollowedTopic(
            Consumer<byte[], byte[]> consumer, String topic, List<TopicPartition> partitions) {
        this.consumer = consumer;
        this.topic = topic;
        this.partitions = partitions;
    }

    /**
     * Assigns all partitions of a topic to a consumer, which is closed with this object, or at once
     * if that fails.
     *
     * @throws org.apache.kafka.common.KafkaException if the cluster does not answer, or there is no
     *     such topic
     */
    static FollowedTopic open(Consumer<byte[], byte[]> consumer, String topic) {
        try {
            List<TopicPartition> partitions = partitions(consumer, topic);
            consumer.assign(partitions);
            return new FollowedTopic(consumer, topic, partitions);
        } catch (RuntimeException e) {
            consumer.close();
            throw e;
        }
    }

    /**
     * Returns the partitions of a topic.
     *
     * @throws UnknownTopicOrPartitionException if there is no such topic: without this, it would
     *     seem to be empty
     */
    static List<TopicPartition> partitions(Consumer<?, ?> consumer, String topic) {
        List<TopicPartition> found =
                consumer.partitionsFor(topic).stream()
                        .map(it -> new TopicPartition(topic, it.partition()))
                        .toList();
        if (found.isEmpty()) {
            throw new UnknownTopicOrPartitionException("there is no topic " + topic);
        }
        return found;
    }

    /**
     * Returns true if the topic has partitions that are not read, since others have added them.
     * Does not block: the client refreshes its metadata in the background.
     */
    boolean hasGrown() {
        return consumer.partitionsFor(topic).size() > partitions.size();
    }

    /** Returns the offset after the last record of each partition. */
    static Map<Integer, Long> ends(Consumer<?, ?> consumer, List<TopicPartition> partitions) {
        var ends = new TreeMap<Integer, Long>();
        consumer.endOffsets(partitions).forEach((it, end) -> ends.put(it.partition(), end));
        return ends;
    }

    /**
     * Sets the next offset of each partition; a partition without one is read from its beginning.
     */
    void seek(Map<Integer, Long> offsets) {
        for (TopicPartition it : partitions) {
            Long offset = offsets.get(it.partition());
            if (offset == null) {
                consumer.seekToBeginning(List.of(it));
            } else {
                consumer.seek(it, offset);
            }
        }
    }

    void seekToBeginning(Set<TopicPartition> of) {
        consumer.seekToBeginning(of);
    }

    /** Reads all partitions except these from now on. */
    void pause(Set<Integer> paused) {
        consumer.resume(partitions);
        consumer.pause(partitions.stream().filter(it -> paused.contains(it.partition())).toList());
    }

    /** Reads only these partitions from now on. */
    void readOnly(Set<Integer> wanted) {
        consumer.resume(partitions);
        consumer.pause(partitions.stream().filter(it -> !wanted.contains(it.partition())).toList());
    }

    ConsumerRecords<byte[], byte[]> poll(Duration wait) {
        return consumer.poll(wait);
    }

    /** Returns the next offset to read of each partition. */
    Map<Integer, Long> positions() {
        var positions = new TreeMap<Integer, Long>();
        partitions.forEach(it -> positions.put(it.partition(), consumer.position(it)));
        return positions;
    }

    /** Returns the offset after the last record of each partition. */
    Map<Integer, Long> ends() {
        return ends(consumer, partitions);
    }

    @Override
    public void close() {
        consumer.close();
    }
}
