package dev.millrace.retrieval.kafka;

import dev.millrace.contracts.config.TopicsConfig;
import dev.millrace.contracts.config.kafka.KafkaClient;
import dev.millrace.contracts.config.kafka.KafkaConfig;
import dev.millrace.contracts.memory.BoundedConsumer;
import dev.millrace.contracts.topic.RecordSizes;
import dev.millrace.contracts.topic.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Creates the Kafka clients of one retrieval service: Millrace's defaults, overridden by the user's
 * properties, overridden by those that the guarantees depend on.
 *
 * @param config names of the topics and sizes of their records
 * @param instance determines the transactional id; unique among the processes of a pipeline
 */
public record RetrievalClients(KafkaConfig kafka, TopicsConfig config, String instance) {
    private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(10);
    private static final int MAX_POLLED_JOBS = 64;
    private static final int MAX_POLLED_DOCUMENTS = 16;
    private static final int MAX_POLL_BYTES = 8 << 20;
    private static final int MAX_FETCH_BYTES = 4 << 20;

    Topics topics() {
        return new Topics(config.prefix());
    }

    private Map<String, String> user() {
        return kafka.properties();
    }

    private String id() {
        return topics().prefix() + "retrieval-" + instance;
    }

    /** Returns the id of the group of all retrieval services. */
    String groupId() {
        return topics().prefix() + "retrieval";
    }

    /** Returns a consumer of jobs, in the group of all retrieval services. */
    Consumer<byte[], byte[]> jobs() {
        Map<String, Object> properties = consumer(MAX_POLLED_JOBS);
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, groupId());
        if (!"classic".equals(properties.get(ConsumerConfig.GROUP_PROTOCOL_CONFIG))) {
            properties.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "consumer");
            // The broker sets them in this protocol, and the client rejects them.
            properties.remove(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG);
            properties.remove(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG);
            properties.remove(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG);
        }
        // What was handled is deleted, and the router ignores a job that comes back twice.
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        return new BoundedConsumer(properties, MAX_POLL_BYTES);
    }

    /** Returns a consumer of documents, without a group: each process reads all of them. */
    Consumer<byte[], byte[]> documents() {
        Map<String, Object> properties = consumer(MAX_POLLED_DOCUMENTS);
        properties.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        return new BoundedConsumer(properties, MAX_POLL_BYTES);
    }

    private Map<String, Object> consumer(int maxRecords) {
        var properties = new HashMap<String, Object>();
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, maxRecords);
        properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, MAX_FETCH_BYTES);
        properties.put(ConsumerConfig.CLIENT_ID_CONFIG, id());
        properties.putAll(KafkaClient.CONSUMER.properties(user()));
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        return properties;
    }

    Producer<byte[], byte[]> producer() {
        var properties = new HashMap<String, Object>();
        properties.put(
                ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, (int) TRANSACTION_TIMEOUT.toMillis());
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, TRANSACTION_TIMEOUT.toMillis());
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        properties.put(ProducerConfig.CLIENT_ID_CONFIG, id());
        properties.putAll(KafkaClient.PRODUCER.properties(user()));
        int largest = RecordSizes.of(config).largest();
        properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, id());
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, largest);
        properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, (long) Math.max(32 << 20, 2 * largest));
        return new KafkaProducer<>(
                properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    Admin admin() {
        Map<String, Object> properties = KafkaClient.ADMIN.properties(user());
        properties.put("client.id", id() + "-admin");
        return Admin.create(properties);
    }
}
