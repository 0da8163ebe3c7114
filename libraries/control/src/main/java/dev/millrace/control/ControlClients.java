package dev.millrace.control;

import dev.millrace.contracts.kafka.KafkaClient;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Creates the clients of the control topic from the user's properties. Overrides the properties on
 * which the delivery guarantees depend.
 *
 * @param user client properties from the configuration; a prefix {@code consumer.}, {@code
 *     producer.} or {@code admin.} restricts a property to that client
 * @param prefix prefix of all Millrace topic names
 */
record ControlClients(Map<String, String> user, String prefix) {
    private static final int TRANSACTION_TIMEOUT_MILLIS = 10_000;
    private static final int CONNECT_MILLIS = 20_000;

    /** A fetch returns with the first record, so a shorter wait would only cost idle fetches. */
    private static final int FETCH_WAIT_MILLIS = 10_000;

    ControlClients {
        user = Map.copyOf(user);
    }

    /** Omits the client properties, which may contain secrets. */
    @Override
    public String toString() {
        return "ControlClients[prefix=" + prefix + "]";
    }

    /** Creates a consumer without a group, which reads committed records only. */
    KafkaConsumer<byte[], byte[]> consumer() {
        var properties = KafkaClient.CONSUMER.properties(user);
        properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_WAIT_MILLIS);
        properties.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, CONNECT_MILLIS);
        return new KafkaConsumer<>(
                properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /**
     * Creates a producer with the transactional id that all writers share, so that a later writer
     * fences an earlier one.
     */
    KafkaProducer<byte[], byte[]> producer() {
        Map<String, Object> properties = producerProperties();
        properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, prefix + "control-writer");
        properties.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_TIMEOUT_MILLIS);
        return new KafkaProducer<>(
                properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Creates a producer without transactions. */
    KafkaProducer<byte[], byte[]> idempotentProducer() {
        Map<String, Object> properties = producerProperties();
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, CONNECT_MILLIS);
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, CONNECT_MILLIS / 2);
        return new KafkaProducer<>(
                properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private Map<String, Object> producerProperties() {
        Map<String, Object> properties = KafkaClient.PRODUCER.properties(user);
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, CONNECT_MILLIS);
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        return properties;
    }

    Admin admin() {
        var properties = KafkaClient.ADMIN.properties(user);
        properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, CONNECT_MILLIS);
        properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, CONNECT_MILLIS);
        return Admin.create(properties);
    }
}
