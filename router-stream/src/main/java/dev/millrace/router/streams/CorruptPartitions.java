package dev.millrace.router.streams;

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
 * Tracks a stream thread's partitions with an unreadable next batch. Such a partition is paused
 * until it is reassigned; the thread keeps processing all others.
 *
 * <p>Belongs to that stream thread; any thread can call {@link #problems}.
 */
final class CorruptPartitions {
    private static final Logger LOG = LoggerFactory.getLogger(CorruptPartitions.class);

    private final Map<TopicPartition, String> reasons = new ConcurrentHashMap<>();

    /** Forgets partitions that are no longer assigned to the thread. */
    void onAssigned(Set<TopicPartition> assignment) {
        reasons.keySet().retainAll(assignment);
    }

    /**
     * Pauses the partition whose next batch a poll could not read. If Streams resumes the
     * partition, the next poll fails again.
     *
     * @throws KafkaException the given failure when a corrupt batch did not cause it
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
                    .log("The router stopped reading a corrupt partition; it reads all others");
        }
    }

    /** Returns one message for each stopped partition. */
    Stream<String> problems() {
        return reasons.entrySet().stream()
                .map(it -> it.getKey() + " is stopped: " + it.getValue())
                .sorted();
    }
}
