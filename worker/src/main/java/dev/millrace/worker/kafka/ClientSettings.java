package dev.millrace.worker.kafka;

import dev.millrace.configuration.RecordSizes;
import dev.millrace.configuration.WorkerConfig;
import dev.millrace.contracts.kafka.KafkaClient;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.worker.port.JobTopics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Assembles the properties of the worker's clients: Millrace's defaults, overridden by the user's
 * properties, overridden by the properties that the delivery guarantees depend on.
 *
 * @param user client properties from the configuration; a prefix {@code consumer.}, {@code
 *     producer.} or {@code admin.} restricts a property to that client
 * @param prefix prefix of all Millrace topic names
 * @param instance determines the transactional id; two running workers must not share it
 */
public record ClientSettings(
        Map<String, String> user, String prefix, String instance, WorkerConfig worker) {
    private static final String CLASSIC = "classic";

    /**
     * Properties that the broker sets in the new group protocol; the client rejects such
     * properties.
     */
    private static final List<String> NOT_OF_THE_PROTOCOL =
            List.of(
                    ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
                    ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
                    ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG);

    /** Time for a poll and its commits, in addition to the drain of a revoked partition. */
    private static final Duration POLL_SLACK = Duration.ofMinutes(2);

    private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration RETRY_BACKOFF = Duration.ofMillis(5);
    private static final int MAX_POLLED_RECORDS = 1_000;
    private static final int MIN_POLLED_RECORDS = 20;

    /** Share of {@code max_held_bytes} that allows one more record in a poll. */
    private static final long HELD_BYTES_PER_POLLED = 256L << 10;

    /**
     * Small, so that a fetch contains records of each partition; a smaller size costs throughput.
     */
    private static final int MAX_PARTITION_FETCH_BYTES = 256 << 10;

    /**
     * Maximum wait of a fetch. A resumed partition waits for the end of a fetch without records.
     */
    private static final Duration FETCH_MAX_WAIT = Duration.ofMillis(250);

    private static final int MAX_FETCH_BYTES = 8 << 20;
    private static final long MAX_BUFFER_BYTES = 64L << 20;
    private static final int BATCH_BYTES = 64 << 10;

    public ClientSettings {
        user = Map.copyOf(user);
    }

    /** Omits the client properties, which may contain secrets. */
    @Override
    public String toString() {
        return "ClientSettings[prefix=" + prefix + "]";
    }

    /** Returns the names of the pipeline's topics. */
    Topics topics() {
        return new Topics(prefix);
    }

    /** Returns the id of the consumer group of all workers. */
    String groupId() {
        return topics().workerGroup();
    }

    /** Returns the transactional id, by which a worker fences an earlier worker of its instance. */
    String transactionalId() {
        return groupId() + "-" + instance;
    }

    Map<String, Object> consumer() {
        var properties = new HashMap<String, Object>();
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, polledRecords());
        properties.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, MAX_PARTITION_FETCH_BYTES);
        properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, fetchBytes());
        properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, millis(FETCH_MAX_WAIT));
        properties.put(ConsumerConfig.CLIENT_ID_CONFIG, transactionalId());
        properties.putAll(KafkaClient.CONSUMER.properties(user));
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, groupId());
        if (isClassic()) {
            properties.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, CLASSIC);
            properties.put(
                    ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                    CooperativeStickyAssignor.class.getName());
        } else {
            NOT_OF_THE_PROTOCOL.forEach(properties::remove);
            properties.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "consumer");
            // The broker's other assignor can assign whole topics to one member. One worker would
            // then have a busy lane, and another worker an idle lane of the same model.
            properties.put(ConsumerConfig.GROUP_REMOTE_ASSIGNOR_CONFIG, "range");
        }
        properties.put(
                ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG,
                millis(worker.drainTimeout().plus(POLL_SLACK)));
        return committedOnly(properties);
    }

    /** Returns the properties of a small consumer without a group, for the control topic. */
    Map<String, Object> controlConsumer() {
        var properties = KafkaClient.CONSUMER.properties(user);
        properties.put(ConsumerConfig.CLIENT_ID_CONFIG, transactionalId() + "-control");
        properties.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, CLASSIC);
        return committedOnly(properties);
    }

    private static Map<String, Object> committedOnly(Map<String, Object> properties) {
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        properties.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        return properties;
    }

    Map<String, Object> admin() {
        var properties = KafkaClient.ADMIN.properties(user);
        properties.put(AdminClientConfig.CLIENT_ID_CONFIG, transactionalId() + "-admin");
        return properties;
    }

    /**
     * Returns true if the group uses the protocol before KIP-848, in which the client sets the
     * timeouts.
     */
    boolean isClassic() {
        return CLASSIC.equals(
                KafkaClient.CONSUMER.properties(user).get(ConsumerConfig.GROUP_PROTOCOL_CONFIG));
    }

    /** Returns the session timeout of the classic protocol. */
    Duration classicSessionTimeout() {
        Object millis =
                KafkaClient.CONSUMER.properties(user).get(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG);
        return millis == null
                ? JobTopics.Limits.DEFAULT.sessionTimeout()
                : Duration.ofMillis(Long.parseLong(millis.toString().strip()));
    }

    /** Returns true if the user has configured compression. By default there is none. */
    boolean compressesResults() {
        Object type =
                KafkaClient.PRODUCER.properties(user).get(ProducerConfig.COMPRESSION_TYPE_CONFIG);
        return type != null && !type.toString().strip().equals("none");
    }

    Map<String, Object> producer(RecordSizes sizes) {
        var properties = new HashMap<String, Object>();
        properties.put(
                ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                Math.toIntExact(TRANSACTION_TIMEOUT.toMillis()));
        // A transaction often begins while the broker is still ending the previous one. The client
        // retries after this time.
        properties.put(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, RETRY_BACKOFF.toMillis());
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        properties.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, TRANSACTION_TIMEOUT.toMillis());
        properties.put(ProducerConfig.CLIENT_ID_CONFIG, transactionalId());
        properties.putAll(KafkaClient.PRODUCER.properties(user));
        properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId());
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, sizes.largest());
        properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, bufferBytes(sizes.largest()));
        properties.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        properties.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        return properties;
    }

    /**
     * Returns the maximum size of a fetch, and of the values of a poll: a small share of the
     * permitted bytes, because fetched records are held too.
     */
    int fetchBytes() {
        return (int) Math.min(MAX_FETCH_BYTES, worker.maxHeldBytes() / 4);
    }

    /**
     * Returns the maximum number of records of a poll. The number depends on the permitted bytes,
     * because Kafka limits a fetch by its compressed size.
     */
    private int polledRecords() {
        return Math.clamp(
                worker.maxHeldBytes() / HELD_BYTES_PER_POLLED,
                MIN_POLLED_RECORDS,
                MAX_POLLED_RECORDS);
    }

    /**
     * Returns the producer's buffer size: a small share of the permitted bytes, but large enough
     * for the largest record.
     */
    private long bufferBytes(int largest) {
        return Math.max(Math.min(MAX_BUFFER_BYTES, worker.maxHeldBytes() / 2), largest);
    }

    private static int millis(Duration duration) {
        return (int) Math.min(Integer.MAX_VALUE, duration.toMillis());
    }
}
