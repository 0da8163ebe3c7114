package dev.millrace.gateway.submission;

import dev.millrace.configuration.RecordSizes;
import dev.millrace.configuration.TopicsConfig;
import dev.millrace.contracts.kafka.KafkaClient;
import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.contracts.output.CommittedConsumer;
import dev.millrace.contracts.topic.Topics;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Creates the clients that accept and publish batches.
 *
 * @param kafka client properties, including {@code bootstrap.servers}
 * @param topics topic settings, which determine the maximum record size
 * @param instance unique name of this process
 * @param heap determines the sizes of buffers
 */
public record SubmissionClients(
        Map<String, String> kafka, TopicsConfig topics, String instance, HeapShare heap) {
    private static final int TRANSACTION_TIMEOUT_MILLIS = 10_000;
    private static final int BATCH_BYTES = 256 * 1024;
    private static final int LINGER_MILLIS = 5;

    /** Longest wait for Kafka to accept a record: a gateway's client waits for its submission. */
    private static final int DELIVERY_MILLIS = 20_000;

    private static final int REQUEST_MILLIS = 10_000;

    public SubmissionClients {
        kafka = Map.copyOf(kafka);
    }

    /** Omits the client properties, which may contain secrets. */
    @Override
    public String toString() {
        return "SubmissionClients[instance=" + instance + "]";
    }

    /** Returns the id of the group in which gateways share the submissions. */
    private String group() {
        return new Topics(topics.prefix()).gatewayGroup();
    }

    /** Creates a member of the group. */
    public KafkaConsumer<byte[], byte[]> consumer() {
        return CommittedConsumer.open(kafka, "millrace-gateway", heap, Optional.of(group()));
    }

    /** Creates the client that asks for request topics. */
    public Admin admin() {
        return Admin.create(KafkaClient.ADMIN.properties(kafka));
    }

    /** Creates the producer of lines. */
    public KafkaProducer<byte[], byte[]> publisher() {
        return new KafkaProducer<>(
                publisherProperties(), new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Bounds the wait for a record, during which the member of the group cannot poll. */
    Map<String, Object> publisherProperties() {
        var properties = properties();
        properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, group() + "-" + instance);
        properties.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_TIMEOUT_MILLIS);
        properties.putIfAbsent(ProducerConfig.LINGER_MS_CONFIG, LINGER_MILLIS);
        properties.putIfAbsent(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
        int largest = RecordSizes.of(topics).request();
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, largest);
        properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, heap.producerBytes(largest));
        return properties;
    }

    /** Creates the producer of submissions. */
    KafkaProducer<byte[], byte[]> submitter() {
        var properties = properties();
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, DELIVERY_MILLIS);
        return new KafkaProducer<>(
                properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private Map<String, Object> properties() {
        var properties = KafkaClient.PRODUCER.properties(kafka);
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_MILLIS);
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_MILLIS);
        return properties;
    }
}
