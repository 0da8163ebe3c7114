package dev.millrace.contracts.topic;

import java.util.Map;

/**
 * A topic as it should be.
 *
 * @param partitions at least 1
 * @param replicationFactor at least 1
 * @param configs Kafka topic configurations that differ from the broker's defaults
 * @param mayGrow whether partitions may be added to one that exists with fewer; where the place of
 *     a key matters (repeats, offsets in a database), a changed count is refused
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
