package dev.millrace.contracts.topic;

import java.util.Map;

/**
 * The desired settings of a topic.
 *
 * @param partitions at least 1
 * @param replicationFactor at least 1
 * @param configs Kafka topic settings that differ from the broker's defaults
 * @param growth what happens if an existing topic has another number of partitions
 */
public record TopicSpec(
        String name,
        int partitions,
        short replicationFactor,
        Map<String, String> configs,
        Growth growth) {
    /** What happens if an existing topic has another number of partitions. */
    public enum Growth {
        /** More are accepted, and are added to fewer. */
        ADDED,
        /** More are accepted, since no record depends on their number. Fewer are refused. */
        ACCEPTED,
        /** Refused, since the partition of a key follows from the number. */
        REFUSED
    }

    public TopicSpec {
        configs = Map.copyOf(configs);
        if (partitions < 1 || replicationFactor < 1) {
            throw new IllegalArgumentException(
                    name + ": partitions and replication factor must be at least 1");
        }
    }
}
