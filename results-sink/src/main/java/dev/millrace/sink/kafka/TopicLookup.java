package dev.millrace.sink.kafka;

import dev.millrace.sink.row.PartitionId;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/** Looks up the partitions to read. */
public interface TopicLookup extends AutoCloseable {

    /** Queries the cluster. Returns soon, even without an answer. */
    Answer lookup(Set<String> topics);

    @Override
    void close();

    /** The result of a lookup. */
    sealed interface Answer {}

    /** Every partition of every topic, by its consumer-side name. */
    record Found(Map<TopicPartition, PartitionId> partitions) implements Answer {
        public Found {
            partitions = Map.copyOf(partitions);
        }
    }

    /**
     * A topic is missing, or the cluster is not reachable now.
     *
     * @param reason one line for people
     */
    record Unavailable(String reason) implements Answer {}
}
