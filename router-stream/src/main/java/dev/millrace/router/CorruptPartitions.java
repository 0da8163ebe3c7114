package dev.millrace.router;

import dev.millrace.contracts.topic.CorruptBatch;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Partitions of one stream thread whose next batch cannot be read. Such a partition is paused until
 * it is assigned again; all other partitions continue.
 *
 * <p>Belongs to the stream thread, except {@link #problems()}, which any thread may call.
 */
final class CorruptPartitions {
    private static final Logger LOG = LoggerFactory.getLogger(CorruptPartitions.class);

    private final Map<TopicPartition, String> reasons = new ConcurrentHashMap<>();

    /** Forgets partitions that the thread no longer has. */
    void onAssigned(Set<TopicPartition> assignment) {
        reasons.keySet().retainAll(assignment);
    }

    /**
     * Pauses the partition whose next batch a poll could not read. Streams may resume it, and the
     * next poll fails again.
     *
     * @throws KafkaException the given one when it has any other cause
     */
    void onFailedPoll(KafkaException failure, Consumer<byte[], byte[]> consumer) {
        TopicPartition corrupt =
                CorruptBatch.partition(failure, consumer.assignment()).orElseThrow(() -> failure);
        consumer.pause(Set.of(corrupt));
        String reason = CorruptBatch.reason(failure);
        if (reasons.put(corrupt, reason) == null) {
            LOG.atError()
                    .addKeyValue("partition", corrupt)
                    .addKeyValue("reason", reason)
                    .log("The router does not read on in this partition; other partitions go on");
        }
    }

    /** Returns one phrase for each stopped partition, for a person. */
    Stream<String> problems() {
        return reasons.entrySet().stream()
                .map(it -> it.getKey() + " is stopped: " + it.getValue())
                .sorted();
    }
}
