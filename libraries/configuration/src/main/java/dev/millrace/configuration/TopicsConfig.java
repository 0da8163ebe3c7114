package dev.millrace.configuration;

import static dev.millrace.yaml.problem.Violation.require;

import dev.millrace.contracts.topic.KeyPartitions;
import java.time.Duration;

/**
 * The {@code topics} section: names and settings of topics.
 *
 * @param prefix prefix of all Millrace topic names; at most 100 letters, digits, {@code . _ -}
 * @param partitions partitions of each topic for requests, normal and bulk jobs, results and costs,
 *     1 to 10000; the topics of the other lanes have half as many
 * @param replicationFactor copies of each partition, 1 to 9
 * @param maxRequestBytes maximum size of a request line, in bytes
 * @param maxResponseBytes maximum size of a provider's answer, in bytes
 * @param retention how long Kafka keeps results, costs, dead letters and manifests; 1 minute to
 *     3650 days
 */
public record TopicsConfig(
        String prefix,
        int partitions,
        int replicationFactor,
        int maxRequestBytes,
        int maxResponseBytes,
        Duration retention) {
    private static final int SIXTEEN_MIB = 16 << 20;
    private static final Duration ONE_WEEK = Duration.ofDays(7);
    private static final Duration MIN_RETENTION = Duration.ofMinutes(1);
    private static final Duration MAX_RETENTION = Duration.ofDays(3650);

    /** The defaults on a cluster. */
    public static final TopicsConfig CLUSTER =
            new TopicsConfig("millrace.", 12, 3, SIXTEEN_MIB, SIXTEEN_MIB, ONE_WEEK);

    /** The defaults on the embedded broker. */
    public static final TopicsConfig EMBEDDED =
            new TopicsConfig("millrace.", 4, 1, SIXTEEN_MIB, SIXTEEN_MIB, ONE_WEEK);

    /** Leaves room for the longest suffix within Kafka's limit of 249 characters. */
    private static final int MAX_PREFIX_CHARS = 100;

    private static final int MAX_PARTITIONS = 10_000;
    private static final int MAX_REPLICAS = 9;
    private static final int MIN_BYTES = 1 << 10;
    private static final int MAX_BYTES = 1 << 30;

    public TopicsConfig {
        require(
                prefix.matches("[A-Za-z0-9._-]{1," + MAX_PREFIX_CHARS + "}"),
                "prefix",
                "must be 1 to 100 letters, digits, dots, dashes or underscores");
        require(
                partitions >= 1 && partitions <= MAX_PARTITIONS,
                "partitions",
                "must be 1 to 10000, was " + partitions);
        require(
                replicationFactor >= 1 && replicationFactor <= MAX_REPLICAS,
                "replication_factor",
                "must be 1 to 9, was " + replicationFactor);
        requireBytes("max_request_bytes", maxRequestBytes);
        requireBytes("max_response_bytes", maxResponseBytes);
        require(
                retention.compareTo(MIN_RETENTION) >= 0 && retention.compareTo(MAX_RETENTION) <= 0,
                "retention",
                "must be 1m to 3650d");
    }

    /** Returns the partitions of the topics in which records are found by their keys. */
    public KeyPartitions keyPartitions() {
        return new KeyPartitions(partitions);
    }

    /** Returns the partitions of the topics of documents and vectors. */
    public KeyPartitions documentPartitions() {
        return new KeyPartitions(Math.ceilDiv(partitions, 4));
    }

    /** Returns a copy with another prefix. */
    public TopicsConfig withPrefix(String other) {
        return new TopicsConfig(
                other, partitions, replicationFactor, maxRequestBytes, maxResponseBytes, retention);
    }

    private static void requireBytes(String key, int bytes) {
        require(
                bytes >= MIN_BYTES && bytes <= MAX_BYTES,
                key,
                "must be 1KiB to 1GiB, was " + bytes);
    }
}
