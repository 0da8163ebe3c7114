package dev.millrace.bench.cluster;

import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Jobs that are there before anybody works on them. */
public final class Backlog {
    private static final int BATCH_BYTES = 256 << 10;
    private static final int LINGER_MS = 20;

    /** About as large as the router's batches are while it keeps up with its requests. */
    private static final int ROUTER_BATCH_BYTES = 16 << 10;

    private Backlog() {}

    /** Puts the first so many jobs into a pipeline, and returns when they are written. */
    public static void load(Pipeline pipeline, long jobs, InstantSource clock) {
        load(pipeline, NumberedJob.into(pipeline), jobs, clock);
    }

    /** Puts the first so many of these into a pipeline, and returns when they are written. */
    public static void load(Pipeline pipeline, JobMaker maker, long jobs, InstantSource clock) {
        load(pipeline, maker, jobs, clock, BATCH_BYTES);
    }

    /** Writes the jobs in batches as small as the router's, and returns when they are written. */
    public static void loadAsRouter(
            Pipeline pipeline, JobMaker maker, long jobs, InstantSource clock) {
        load(pipeline, maker, jobs, clock, ROUTER_BATCH_BYTES);
    }

    private static void load(
            Pipeline pipeline, JobMaker maker, long jobs, InstantSource clock, int batchBytes) {
        try (var producer = producer(pipeline, batchBytes, LINGER_MS)) {
            for (long i = 0; i < jobs; i++) {
                // A record that is not written shows as a missing result.
                Future<RecordMetadata> _ = producer.send(maker.of(i, clock.instant()));
            }
            producer.flush();
        }
    }

    static Producer<byte[], byte[]> producer(Pipeline pipeline, int batchBytes, int lingerMs) {
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
