package dev.millrace.sink.kafka;

import dev.millrace.contracts.config.KafkaClient;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Makes the sink's consumer. */
public final class CommittedConsumer {
    /** Rows of a transaction at most. */
    private static final int MAX_RECORDS = 1_000;

    /** Of all partitions together; twice this is held at most, but for single larger records. */
    private static final int MAX_FETCH_BYTES = 16 * 1024 * 1024;

    private static final int MAX_PARTITION_FETCH_BYTES = 4 * 1024 * 1024;

    private CommittedConsumer() {}

    /**
     * A consumer without a group that sees committed records only. Its offsets come from the
     * database; it never chooses one by itself.
     *
     * @param clientProperties how to reach the cluster; may change fetch sizes
     */
    public static KafkaConsumer<byte[], byte[]> open(Map<String, ?> clientProperties) {
        var properties = new Properties();
        properties.put(ConsumerConfig.CLIENT_ID_CONFIG, "millrace-sink");
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MAX_RECORDS);
        properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, MAX_FETCH_BYTES);
        properties.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, MAX_PARTITION_FETCH_BYTES);
        properties.putAll(KafkaClient.CONSUMER.properties(clientProperties));
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
        // The file's protocol is that of the worker's group; here there is no group.
        properties.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
        return new KafkaConsumer<>(
                properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
