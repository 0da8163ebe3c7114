package dev.millrace.router.records;

import dev.millrace.contracts.topic.KeyPartitions;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.processor.TopicNameExtractor;
import org.jspecify.annotations.Nullable;

/**
 * A record that belongs to the partition of a job's request, such as the end of a job.
 *
 * @param bytes the value of the record; null for none
 * @param requestPartition partition of the job's request, from 0; {@link Integer#MAX_VALUE} if the
 *     key selects the partition
 */
public record TerminalRecord(String topic, byte @Nullable [] bytes, int requestPartition) {
    public static final TopicNameExtractor<byte[], TerminalRecord> TOPIC =
            (key, terminal, context) -> terminal.topic();

    public static final Serializer<TerminalRecord> BYTES = (topic, terminal) -> terminal.bytes();

    /**
     * Selects the partition of the request, so that a partition's task reads the cost events of its
     * jobs. Falls back to the key when the topic has fewer partitions.
     *
     * @param partitions of the topics
     */
    public static StreamPartitioner<byte[], TerminalRecord> samePartition(
            KeyPartitions partitions) {
        return (topic, key, terminal, found) -> {
            if (terminal.requestPartition() < found) {
                return Optional.of(Set.of(terminal.requestPartition()));
            }
            return key == null ? Optional.empty() : Optional.of(Set.of(partitions.of(key, found)));
        };
    }

    /** Returns the topic, the value and the partition of a record. */
    public static TerminalRecord of(ProducerRecord<byte[], byte[]> record) {
        return new TerminalRecord(
                record.topic(),
                record.value(),
                Objects.requireNonNullElse(record.partition(), Integer.MAX_VALUE));
    }
}
