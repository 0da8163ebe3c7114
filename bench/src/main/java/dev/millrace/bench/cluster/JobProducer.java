package dev.millrace.bench.cluster;

import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Publishes numbered jobs. */
public final class JobProducer {
    private static final int BATCH_BYTES = 256 << 10;
    private static final int LINGER_MS = 20;

    private JobProducer() {}

    /** Writes a backlog with numbers from 0; returns when all of it is written. */
    public static void load(
            BenchPipeline pipeline, JobFactory factory, long jobs, InstantSource clock) {
        try (var producer = producer(pipeline, BATCH_BYTES, LINGER_MS)) {
            for (long i = 0; i < jobs; i++) {
                // A record that is not written shows up as a missing result.
                Future<RecordMetadata> _ = producer.send(factory.of(i, clock.instant()));
            }
            producer.flush();
        }
    }

    static Producer<byte[], byte[]> producer(BenchPipeline pipeline, int batchBytes, int lingerMs) {
        return new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        pipeline.bootstrap(),
                        ProducerConfig.BATCH_SIZE_CONFIG,
                        batchBytes,
                        ProducerConfig.LINGER_MS_CONFIG,
                        lingerMs),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }
}
