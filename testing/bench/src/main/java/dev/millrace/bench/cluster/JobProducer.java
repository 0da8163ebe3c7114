package dev.millrace.bench.cluster;

import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.RecordMetadata;

/** Publishes numbered jobs. */
public final class JobProducer {
    private static final Map<String, Object> LARGE_BATCHES =
            Map.of("batch.size", 256 << 10, "linger.ms", 20);

    private JobProducer() {}

    /** Writes a backlog with numbers from 0; returns when all of it is written. */
    public static void load(
            BenchPipeline pipeline, JobFactory factory, long jobs, InstantSource clock) {
        try (var producer = new BareClients(pipeline.bootstrap(), "jobs").producer(LARGE_BATCHES)) {
            for (long i = 0; i < jobs; i++) {
                // A record that is not written shows up as a missing result.
                Future<RecordMetadata> _ = producer.send(factory.of(i, clock.instant()));
            }
            producer.flush();
        }
    }
}
