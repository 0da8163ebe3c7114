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
        /** More are accepted: keys stay in the planned ones. Fewer are refused. */
        ACCEPTED,
        /**
         * As {@link #ACCEPTED}, unless each topic of this kind has more: then the configuration was
         * changed, which would move keys.
         */
        KEYED
    }

    public TopicSpec {
        configs = Map.copyOf(configs);
        if (partitions < 1 || replicationFactor < 1) {
            throw new IllegalArgumentException(
                    name + ": partitions and replication factor must be at least 1");
        }
    }
}
