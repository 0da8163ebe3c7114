package dev.millrace.retrieval.kafka;

import dev.millrace.contracts.topic.KeyPartitions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;

/** Reads some partitions of the topic of results. Belongs to one thread. */
final class ResultPartitions implements AutoCloseable {
    private static final Duration POLL_WAIT = Duration.ofMillis(10);

    private final String topic;
    private final Consumer<byte[], byte[]> consumer;
    private final int count;

    private ResultPartitions(String topic, Consumer<byte[], byte[]> consumer, int count) {
        this.topic = topic;
        this.consumer = consumer;
        this.count = count;
    }

    /**
     * Opens the topic of results, with a consumer that is closed with this object, or at once if
     * that fails.
     *
     * @param keys selects the partitions of results
     * @throws org.apache.kafka.common.KafkaException if the cluster does not answer, or there is no
     *     such topic
     */
    static ResultPartitions open(
            Consumer<byte[], byte[]> consumer, String topic, KeyPartitions keys) {
        try {
            int count = keys.count(FollowedTopic.partitions(consumer, topic).size());
            return new ResultPartitions(topic, consumer, count);
        } catch (RuntimeException e) {
            consumer.close();
            throw e;
        }
    }

    /** Returns the number of partitions that have results. */
    int count() {
        return count;
    }

    /** Returns the offset after the last result of a partition. */
    long end(int partition) {
        var it = new TopicPartition(topic, partition);
        return consumer.endOffsets(List.of(it)).getOrDefault(it, 0L);
    }

    /**
     * Returns the available records of these partitions, and of no others.
     *
     * @param starts by partition: the offset at which reading begins if it has not begun
     */
    List<ConsumerRecord<byte[], byte[]>> read(Map<Integer, Long> starts) {
        var wanted = new HashMap<TopicPartition, Long>();
        starts.forEach((it, start) -> wanted.put(new TopicPartition(topic, it), start));
        Set<TopicPartition> before = Set.copyOf(consumer.assignment());
        if (!wanted.keySet().equals(before)) {
            consumer.assign(wanted.keySet());
            wanted.forEach(
                    (it, start) -> {
                        if (!before.contains(it)) {
                            consumer.seek(it, start);
                        }
                    });
        }
        var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        if (wanted.isEmpty()) {
            return records;
        }
        try {
            for (var it : consumer.poll(POLL_WAIT)) {
                if (it.key() != null && it.value() != null) {
                    records.add(it);
                }
            }
        } catch (OffsetOutOfRangeException e) {
            // The first results have expired; later ones can remain.
            consumer.seekToBeginning(e.partitions());
        }
        return records;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
