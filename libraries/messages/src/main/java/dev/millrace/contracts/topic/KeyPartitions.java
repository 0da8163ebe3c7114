package dev.millrace.contracts.topic;

import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;

/**
 * Selects partitions by record keys, so that partitions that others add to a topic move no key.
 * Readers look for a key in one partition, and clients learn of added partitions at different
 * times; so records with keys stay in the planned partitions.
 *
 * @param planned number of partitions that the configuration plans for the topic, at least 1
 */
public record KeyPartitions(int planned) {
    /**
     * Returns the number of partitions that keys select from: the first ones of a topic with more
     * partitions than planned.
     *
     * @param found number of partitions of the topic; 0 if it does not exist
     */
    public int count(int found) {
        return Math.max(1, Math.min(found, planned));
    }

    /**
     * Returns the partition of a key. Kafka's default partitioner selects the same one in a topic
     * without added partitions.
     *
     * @param found number of partitions of the topic
     */
    public int of(byte[] key, int found) {
        return BuiltInPartitioner.partitionForKey(key, count(found));
    }
}
