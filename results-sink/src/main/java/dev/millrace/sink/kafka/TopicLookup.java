package dev.millrace.sink.kafka;

import dev.millrace.store.row.PartitionId;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/** Looks up the partitions to read. */
public interface TopicLookup extends AutoCloseable {

    /**
     * Looks up the partitions of the given topics. Returns soon, even if the cluster does not
     * respond.
     *
     * @param topics names of topics that must exist
     * @param optional names of topics that are read if they exist
     */
    Result lookup(Set<String> topics, Set<String> optional);

    @Override
    void close();

    /** The result of a lookup. */
    sealed interface Result {}

    /** Every partition of every topic, by the name that the consumer uses. */
    record Found(Map<TopicPartition, PartitionId> partitions) implements Result {
        public Found {
            partitions = Map.copyOf(partitions);
        }
    }

    /**
     * A topic is missing, or the cluster is not reachable now.
     *
     * @param reason one human-readable line
     */
    record Unavailable(String reason) implements Result {}
}
