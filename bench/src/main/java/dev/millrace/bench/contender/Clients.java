package dev.millrace.bench.contender;

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

/** The clients of the other contenders: Kafka's defaults but for what the task needs. */
record Clients(Task task) {
    /** As the producer of Millrace's worker. */
    private static final int BATCH_BYTES = 64 << 10;

    /**
     * Of the job topic, from its beginning, committing nothing by itself; not subscribed yet.
     *
     * @param protocol {@code classic} or {@code consumer}
     */
    Consumer<byte[], byte[]> consumer(String protocol) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, task.pipeline().bootstrap());
        properties.put(
                ConsumerConfig.GROUP_ID_CONFIG, task.pipeline().prefix() + task.kind().word());
        properties.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, protocol);
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        return new KafkaConsumer<>(
                properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** One that repeats without duplicates. */
    Producer<byte[], byte[]> idempotentProducer() {
        return producer(Map.of());
    }

    /** Not initialised yet. */
    Producer<byte[], byte[]> transactionalProducer() {
        return producer(
                Map.of(
                        ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                        task.pipeline().prefix() + task.kind().word()));
    }

    private Producer<byte[], byte[]> producer(Map<String, Object> more) {
        Map<String, Object> properties = new HashMap<>(more);
        properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, task.pipeline().bootstrap());
        properties.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        return new KafkaProducer<>(
                properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    List<String> jobs() {
        return List.of(task.pipeline().jobs());
    }
}
