package dev.millrace.standalone.client;

import dev.millrace.standalone.console.UserError;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads a topic to its end.
 *
 * @param consumer has the partitions assigned
 * @param nanoTicker ticker for the timeout
 */
public record TopicEndReader(KafkaConsumer<byte[], byte[]> consumer, LongSupplier nanoTicker) {
    private static final Duration POLL_WAIT = Duration.ofMillis(100);
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    /** Returns the partitions of a topic; none if it does not exist. */
    public List<TopicPartition> partitions(String topic) {
        List<PartitionInfo> found = consumer.listTopics().get(topic);
        return found == null
                ? List.of()
                : found.stream().map(it -> new TopicPartition(it.topic(), it.partition())).toList();
    }

    /**
     * Reads the assigned partitions from their current positions to their ends.
     *
     * @throws UserError when no record arrives for 20 seconds
     */
    public void read(
            Collection<TopicPartition> partitions,
            Consumer<ConsumerRecord<byte[], byte[]>> onRecord) {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        long deadline = nanoTicker.getAsLong() + TIMEOUT.toNanos();
        while (!ends.entrySet().stream()
                .allMatch(it -> consumer.position(it.getKey()) >= it.getValue())) {
            if (nanoTicker.getAsLong() - deadline > 0) {
                throw UserError.failure(
                        "Reading "
                                + partitions.iterator().next().topic()
                                + " has stalled for 20 s");
            }
            var records = consumer.poll(POLL_WAIT);
            if (!records.isEmpty()) {
                deadline = nanoTicker.getAsLong() + TIMEOUT.toNanos();
            }
            records.forEach(onRecord);
        }
    }
}
