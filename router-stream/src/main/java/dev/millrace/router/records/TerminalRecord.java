package dev.millrace.router.records;

import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.processor.StreamPartitioner;

/**
 * A record that the router writes when it ends a job itself: a result or a final cost event.
 *
 * @param bytes the value of the record
 * @param requestPartition partition of the job's request, from 0
 */
public record TerminalRecord(byte[] bytes, int requestPartition) {
    public static final Serializer<TerminalRecord> BYTES = (topic, terminal) -> terminal.bytes();

    /**
     * Selects the partition of the request, so that the task of this partition reads the cost
     * events of its own jobs. Falls back to the key when the topic has fewer partitions.
     */
    public static final StreamPartitioner<byte[], TerminalRecord> SAME_PARTITION =
            (topic, key, terminal, count) ->
                    terminal.requestPartition() < count
                            ? Optional.of(Set.of(terminal.requestPartition()))
                            : Optional.empty();
}
