package dev.millrace.contracts.topic;

import java.util.Map;

/**
 * The desired settings of a topic.
 *
 * @param partitions at least 1
 * @param replicationFactor at least 1
 * @param configs Kafka topic settings that differ from the broker's defaults
 * @param mayGrow true if partitions can be added to an existing topic with fewer. False where the
 *     partition of a key matters, as for duplicate detection or for offsets in a database; a
 *     changed count is then rejected
 */
public record TopicSpec(
        String name,
        int partitions,
        short replicationFactor,
        Map<String, String> configs,
        boolean mayGrow) {
    public TopicSpec {
        configs = Map.copyOf(configs);
        if (partitions < 1 || replicationFactor < 1) {
            throw new IllegalArgumentException(
                    name + ": partitions and replication factor must be at least 1");
        }
    }
}
