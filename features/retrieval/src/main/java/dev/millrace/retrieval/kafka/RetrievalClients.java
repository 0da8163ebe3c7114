package dev.millrace.retrieval.kafka;

import dev.millrace.configuration.RecordSizes;
import dev.millrace.configuration.TopicsConfig;
import dev.millrace.contracts.kafka.KafkaClient;
import dev.millrace.contracts.kafka.KafkaConfig;
import dev.millrace.contracts.memory.BoundedConsumer;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.retrieval.vector.VectorSpace;
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
 * properties, overridden by the properties that the guarantees depend on.
 *
 * @param config names of the topics and sizes of their records
 * @param instance determines the transactional id; unique among the processes of a pipeline
 */
public record RetrievalClients(KafkaConfig kafka, TopicsConfig config, String instance) {
    private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(10);

    /** Time after which an added partition of documents is noticed at the latest. */
    private static final Duration NEW_PARTITIONS_WAIT = Duration.ofSeconds(20);

    private static final int MAX_POLLED_JOBS = 64;
    private static final int MAX_POLLED_DOCUMENTS = 16;
    private static final int MAX_POLLED_RESULTS = 500;
    private static final int MAX_VECTOR_BYTES = 8 << 20;
    private static final int MAX_POLL_BYTES = 8 << 20;
    private static final int MAX_FETCH_BYTES = 4 << 20;

    Topics topics() {
        return new Topics(config.prefix());
    }

    /** Returns the name of the topic of documents. */
    public String documentTopic() {
        return topics().documents();
    }

    /** Returns the name of the topic of vectors. */
    public String vectorTopic() {
        return topics().vectors();
    }

    private Map<String, String> user() {
        return kafka.properties();
    }

    private String id() {
        return groupId() + "-" + instance;
    }

    /** Returns the id of the group of all retrieval services. */
    String groupId() {
        return topics().retrievalGroup();
    }

    /** Returns a consumer of jobs, in the group of all retrieval services. */
    Consumer<byte[], byte[]> jobs() {
        Map<String, Object> properties = consumer(MAX_POLLED_JOBS);
        join(properties, groupId());
        // Handled records are deleted, and the router ignores a job that returns twice.
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        return new BoundedConsumer(properties, MAX_POLL_BYTES);
    }

    private static void join(Map<String, Object> properties, String group) {
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        if (!"classic".equals(properties.get(ConsumerConfig.GROUP_PROTOCOL_CONFIG))) {
            properties.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "consumer");
            // The broker sets them in this protocol, and the client rejects them.
            properties.remove(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG);
            properties.remove(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG);
            properties.remove(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG);
        }
    }

    /** Returns a consumer of documents, in the group of the processes that embed them. */
    Consumer<byte[], byte[]> documentsOfGroup(VectorSpace space) {
        Map<String, Object> properties = consumer(MAX_POLLED_DOCUMENTS);
        join(properties, groupId() + "-vectors-" + space.id());
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        return new BoundedConsumer(properties, MAX_POLL_BYTES);
    }

    /** Opens the topic of results. */
    ResultPartitions resultPartitions() {
        return ResultPartitions.open(results(), topics().results(), config.keyPartitions());
    }

    /** Returns a consumer of results, without a group. */
    private Consumer<byte[], byte[]> results() {
        Map<String, Object> properties = consumer(MAX_POLLED_RESULTS);
        properties.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        return new BoundedConsumer(properties, MAX_POLL_BYTES);
    }

    /** Returns the most bytes of a record of vectors. */
    int maxVectorBytes() {
        return Math.min(MAX_VECTOR_BYTES, config.maxRequestBytes());
    }

    /** Returns a consumer of documents, without a group: each process reads all of them. */
    Consumer<byte[], byte[]> documents() {
        Map<String, Object> properties = consumer(MAX_POLLED_DOCUMENTS);
        properties.put(
                ConsumerConfig.METADATA_MAX_AGE_CONFIG,
                Math.toIntExact(NEW_PARTITIONS_WAIT.toMillis()));
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

    /** Returns the producer of jobs that have their passages. */
    Producer<byte[], byte[]> producer() {
        return producer("");
    }

    /**
     * Returns a producer of transactions.
     *
     * @param suffix of the transactional id
     */
    Producer<byte[], byte[]> producer(String suffix) {
        Map<String, Object> properties = durable();
        properties.putIfAbsent(
                ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, (int) TRANSACTION_TIMEOUT.toMillis());
        properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, id() + suffix);
        return new KafkaProducer<>(
                properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Returns a producer of single records. */
    Producer<byte[], byte[]> publisher() {
        return new KafkaProducer<>(durable(), new ByteArraySerializer(), new ByteArraySerializer());
    }

    private Map<String, Object> durable() {
        var properties = new HashMap<String, Object>();
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, TRANSACTION_TIMEOUT.toMillis());
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        properties.put(ProducerConfig.CLIENT_ID_CONFIG, id());
        properties.putAll(KafkaClient.PRODUCER.properties(user()));
        int largest = RecordSizes.of(config).largest();
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, largest);
        properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, (long) Math.max(32 << 20, 2 * largest));
        return properties;
    }

    Admin admin() {
        Map<String, Object> properties = KafkaClient.ADMIN.properties(user());
        properties.put("client.id", id() + "-admin");
        return Admin.create(properties);
    }
}
