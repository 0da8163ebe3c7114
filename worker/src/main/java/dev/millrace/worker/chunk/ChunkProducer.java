package dev.millrace.worker.chunk;

import dev.millrace.configuration.RecordSizes;
import dev.millrace.contracts.kafka.KafkaClient;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Creates the producer of chunks. */
final class ChunkProducer {
    /** Wait for a topic or a broker; a chunk delayed for longer is of little use. */
    private static final Duration BLOCKED = Duration.ofSeconds(2);

    private static final Duration DELIVERY = Duration.ofSeconds(5);

    /** Larger than all waiting chunks, so that a send never waits for memory. */
    private static final long BUFFER_BYTES = 16L << 20;

    private ChunkProducer() {}

    /** Creates a producer that keeps the order of its records, and sends each at once. */
    static Producer<byte[], byte[]> create(Map<String, String> user, String clientId) {
        Map<String, Object> properties = KafkaClient.PRODUCER.properties(user);
        properties.put(ProducerConfig.CLIENT_ID_CONFIG, clientId);
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER_BYTES);
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, RecordSizes.chunk());
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, BLOCKED.toMillis());
        properties.put(
                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.toIntExact(BLOCKED.toMillis()));
        properties.put(
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Math.toIntExact(DELIVERY.toMillis()));
        return new KafkaProducer<>(
                properties, new ByteArraySerializer(), new ByteArraySerializer());
    }
}
