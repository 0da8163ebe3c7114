package dev.millrace.sink.kafka;

import dev.millrace.sink.row.Partition;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/** Finds out which partitions there are to read. */
public interface TopicLookup extends AutoCloseable {

    /** Asks the cluster. Comes back soon, with or without an answer. */
    Answer lookup(Set<String> topics);

    @Override
    void close();

    /** What the cluster says. */
    sealed interface Answer {}

    /** Every partition of every topic, by the name that a consumer uses for it. */
    record Found(Map<TopicPartition, Partition> partitions) implements Answer {
        public Found {
            partitions = Map.copyOf(partitions);
        }
    }

    /**
     * A topic is missing, or the cluster cannot be asked now.
     *
     * @param reason for a person, in one line
     */
    record NotNow(String reason) implements Answer {}
}
