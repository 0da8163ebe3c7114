package dev.millrace.contracts.config;

import static dev.millrace.contracts.Violation.require;

/**
 * The {@code topics} section: how topics are named and made.
 *
 * @param prefix what all names of our topics begin with; letters, digits, {@code . _ -}, at most
 *     100
 * @param partitions of each topic of jobs, results and costs, 1 to 10000
 * @param replicationFactor copies of each partition, 1 to 9
 * @param maxRequestBytes longest request line, in bytes
 * @param maxResponseBytes longest answer of a provider, in bytes
 */
public record TopicsConfig(
        String prefix,
        int partitions,
        int replicationFactor,
        int maxRequestBytes,
        int maxResponseBytes) {
    private static final int SIXTEEN_MIB = 16 << 20;

    /** The defaults on a cluster. */
    public static final TopicsConfig CLUSTER =
            new TopicsConfig("millrace.", 12, 3, SIXTEEN_MIB, SIXTEEN_MIB);

    /** The defaults on the embedded broker. */
    public static final TopicsConfig EMBEDDED =
            new TopicsConfig("millrace.", 4, 1, SIXTEEN_MIB, SIXTEEN_MIB);

    /** Room for Kafka's own limit of 249 characters and the longest suffix of ours. */
    private static final int LONGEST_PREFIX = 100;

    private static final int MOST_PARTITIONS = 10_000;
    private static final int MOST_REPLICAS = 9;
    private static final int LEAST_BYTES = 1 << 10;
    private static final int MOST_BYTES = 1 << 30;

    public TopicsConfig {
        require(
                prefix.matches("[A-Za-z0-9._-]{1," + LONGEST_PREFIX + "}"),
                "prefix",
                "must be 1 to 100 letters, digits, dots, dashes or underscores");
        require(
                partitions >= 1 && partitions <= MOST_PARTITIONS,
                "partitions",
                "must be 1 to 10000, was " + partitions);
        require(
                replicationFactor >= 1 && replicationFactor <= MOST_REPLICAS,
                "replication_factor",
                "must be 1 to 9, was " + replicationFactor);
        requireBytes("max_request_bytes", maxRequestBytes);
        requireBytes("max_response_bytes", maxResponseBytes);
    }

    /** Returns the same settings for topics whose names begin with another prefix. */
    public TopicsConfig withPrefix(String other) {
        return new TopicsConfig(
                other, partitions, replicationFactor, maxRequestBytes, maxResponseBytes);
    }

    private static void requireBytes(String key, int bytes) {
        require(
                bytes >= LEAST_BYTES && bytes <= MOST_BYTES,
                key,
                "must be 1KiB to 1GiB, was " + bytes);
    }
}
