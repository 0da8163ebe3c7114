package dev.millrace.sink.kafka;

import dev.millrace.contracts.config.kafka.KafkaClient;
import dev.millrace.contracts.memory.BoundedConsumer;
import dev.millrace.contracts.memory.HeapShare;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/** Creates the sink's consumer. */
public final class CommittedConsumer {
    /** Maximum number of rows per transaction. */
    private static final int MAX_RECORDS = 1_000;

    /** Minimum number of partitions per fetch, if all have many records. */
    private static final int PARTITIONS_IN_FETCH = 4;

    private CommittedConsumer() {}

    /**
     * Creates a consumer without a group that reads committed records only. Its offsets come from
     * the database; it never resets an offset by itself.
     *
     * @param clientProperties properties for reaching the cluster, which may set fetch sizes
     * @param heap determines the fetch sizes otherwise; at most two fetches are in memory, but a
     *     larger record is fetched alone
     */
    public static KafkaConsumer<byte[], byte[]> open(
            Map<String, ?> clientProperties, HeapShare heap) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(ConsumerConfig.CLIENT_ID_CONFIG, "millrace-sink");
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MAX_RECORDS);
        properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, heap.fetchBytes());
        properties.put(
                ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                heap.fetchBytes() / PARTITIONS_IN_FETCH);
        properties.putAll(KafkaClient.CONSUMER.properties(clientProperties));
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
        // The configured protocol applies to the worker's group; this consumer has no group.
        properties.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
        return new BoundedConsumer(properties, heap.fetchBytes());
    }
}
