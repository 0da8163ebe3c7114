package dev.millrace.worker.kafka;

import dev.millrace.contracts.config.KafkaClient;
import dev.millrace.contracts.config.WorkerConfig;
import dev.millrace.contracts.topic.RecordSizes;
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
 * The properties of the worker's clients: our defaults, over them what the user has set, over that
 * what the guarantees rest on.
 *
 * @param user client properties as the configuration has them; those with {@code consumer.}, {@code
 *     producer.} or {@code admin.} before their name are for that client only
 * @param prefix what the names of our topics begin with
 * @param instance names the transactional id; no two workers may use one at the same time
 */
public record ClientSettings(
        Map<String, String> user, String prefix, String instance, WorkerConfig worker) {
    private static final String CLASSIC = "classic";

    /** Set by the broker for the consumer group protocol; the client refuses them. */
    private static final List<String> NOT_OF_THE_PROTOCOL =
            List.of(
                    ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
                    ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
                    ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG);

    /** Beside the drain of a revoked partition, for a poll and its commits. */
    private static final Duration POLL_SLACK = Duration.ofMinutes(2);

    private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration RETRY_BACKOFF = Duration.ofMillis(5);
    private static final int MOST_POLLED_RECORDS = 1_000;
    private static final int LEAST_POLLED_RECORDS = 20;

    /** Of {@code max_held_bytes}, for each record of a poll. */
    private static final long HELD_BYTES_PER_POLLED = 256L << 10;

    /** Small, so that a fetch brings records of each partition; smaller ones cost throughput. */
    private static final int MAX_PARTITION_FETCH_BYTES = 256 << 10;

    /** A partition that is resumed waits for the end of a fetch that finds nothing in others. */
    private static final Duration FETCH_MAX_WAIT = Duration.ofMillis(250);

    private static final int MAX_FETCH_BYTES = 8 << 20;
    private static final long MOST_BUFFER_BYTES = 64L << 20;
    private static final int BATCH_BYTES = 64 << 10;

    public ClientSettings {
        user = Map.copyOf(user);
    }

    /** Without the client properties, which may hold secrets. */
    @Override
    public String toString() {
        return "ClientSettings[prefix=" + prefix + "]";
    }

    /** The consumer group of all workers. */
    String groupId() {
        return prefix + "worker";
    }

    /** Returns the id under which a worker fences an earlier worker of the same instance. */
    String transactionalId() {
        return prefix + "worker-" + instance;
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
            // The broker's other one gives whole topics to some: one worker would have a busy lane,
            // the next one its empty neighbour.
            properties.put(ConsumerConfig.GROUP_REMOTE_ASSIGNOR_CONFIG, "range");
        }
        properties.put(
                ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG,
                millis(worker.drainTimeout().plus(POLL_SLACK)));
        return committedOnly(properties);
    }

    /** For the control topic: no group, and small. */
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
     * Whether the group uses the protocol before KIP-848, in which the client sets the timeouts.
     */
    boolean isClassic() {
        return CLASSIC.equals(
                KafkaClient.CONSUMER.properties(user).get(ConsumerConfig.GROUP_PROTOCOL_CONFIG));
    }

    /** The classic protocol's session timeout. */
    Duration classicSessionTimeout() {
        Object millis =
                KafkaClient.CONSUMER.properties(user).get(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG);
        return millis == null
                ? JobTopics.Limits.DEFAULT.sessionTimeout()
                : Duration.ofMillis(Long.parseLong(millis.toString().strip()));
    }

    Map<String, Object> producer(RecordSizes sizes) {
        var properties = new HashMap<String, Object>();
        properties.put(
                ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                Math.toIntExact(TRANSACTION_TIMEOUT.toMillis()));
        // A transaction often begins while the broker still ends the one before: the client then
        // tries again after this time.
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

    /** Small beside what may be held, since what is fetched is held too. */
    private int fetchBytes() {
        return (int) Math.min(MAX_FETCH_BYTES, worker.maxHeldBytes() / 4);
    }

    /** Bounded by what may be held, since the bytes of a fetch are those of compressed batches. */
    private int polledRecords() {
        return Math.clamp(
                worker.maxHeldBytes() / HELD_BYTES_PER_POLLED,
                LEAST_POLLED_RECORDS,
                MOST_POLLED_RECORDS);
    }

    /** Small beside what may be held, but with room for the largest record. */
    private long bufferBytes(int largest) {
        return Math.max(Math.min(MOST_BUFFER_BYTES, worker.maxHeldBytes() / 2), largest);
    }

    private static int millis(Duration duration) {
        return (int) Math.min(Integer.MAX_VALUE, duration.toMillis());
    }
}
