package dev.millrace.bench.cluster;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Creates the Kafka clients of what is compared with Millrace, mostly with Kafka's defaults.
 *
 * @param id the group of the consumers and the id of the transactions
 */
public record BareClients(String bootstrap, String id) {
    /** The batch size of the worker's producer. */
    private static final int BATCH_BYTES = 64 << 10;

    /** Creates a consumer as below that has subscribed with the new group protocol. */
    public Consumer<byte[], byte[]> consumer(List<String> topics) {
        Consumer<byte[], byte[]> consumer = consumer("consumer", Map.of());
        consumer.subscribe(topics);
        return consumer;
    }

    /**
     * Creates a consumer that starts at the beginning, without automatic commits and without a
     * subscription.
     *
     * @param protocol {@code classic} or {@code consumer}
     * @param extra further properties
     */
    public Consumer<byte[], byte[]> consumer(String protocol, Map<String, Object> extra) {
        Map<String, Object> properties = new HashMap<>(extra);
        properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, id);
        properties.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, protocol);
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        return new KafkaConsumer<>(
                properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** Creates an idempotent producer. */
    public Producer<byte[], byte[]> idempotentProducer() {
        return producer(Map.of());
    }

    /** Creates a transactional producer that is not initialised yet. */
    public Producer<byte[], byte[]> transactionalProducer() {
        return producer(Map.of(ProducerConfig.TRANSACTIONAL_ID_CONFIG, id));
    }

    /**
     * Creates a producer, idempotent by default.
     *
     * @param extra further properties, which take precedence
     */
    public Producer<byte[], byte[]> producer(Map<String, Object> extra) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        properties.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        properties.putAll(extra);
        return new KafkaProducer<>(
                properties, new ByteArraySerializer(), new ByteArraySerializer());
    }
}
