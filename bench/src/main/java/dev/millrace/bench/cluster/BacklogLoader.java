package dev.millrace.bench.cluster;

import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes a backlog of jobs before a measurement starts. */
public final class BacklogLoader {
    private static final int BATCH_BYTES = 256 << 10;
    private static final int LINGER_MS = 20;

    /** About the size of the router's batches while it keeps up with its requests. */
    private static final int ROUTER_BATCH_BYTES = 16 << 10;

    private BacklogLoader() {}

    /** Writes numbered jobs into a pipeline; returns when all are written. */
    public static void load(BenchPipeline pipeline, long jobs, InstantSource clock) {
        load(pipeline, 0, jobs, clock);
    }

    /** Writes jobs with numbers from {@code first} on; returns when all are written. */
    public static void load(BenchPipeline pipeline, long first, long jobs, InstantSource clock) {
        JobFactory numbered = NumberedJob.into(pipeline);
        load(pipeline, (i, at) -> numbered.of(first + i, at), jobs, clock);
    }

    /** Writes the factory's records into a pipeline; returns when all are written. */
    public static void load(
            BenchPipeline pipeline, JobFactory factory, long jobs, InstantSource clock) {
        load(pipeline, factory, jobs, clock, BATCH_BYTES);
    }

    /** Writes records in batches as small as the router's; returns when all are written. */
    public static void loadAsRouter(
            BenchPipeline pipeline, JobFactory factory, long jobs, InstantSource clock) {
        load(pipeline, factory, jobs, clock, ROUTER_BATCH_BYTES);
    }

    private static void load(
            BenchPipeline pipeline,
            JobFactory factory,
            long jobs,
            InstantSource clock,
            int batchBytes) {
        try (var producer = producer(pipeline, batchBytes, LINGER_MS)) {
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
