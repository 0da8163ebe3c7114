package dev.millrace.bench.cluster;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Submits jobs at a fixed rate without waiting for results, and records the submission times. One
 * thread submits at a time.
 */
public final class OpenLoopSubmitter implements AutoCloseable {
    private static final long NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    /** The producer's default batch size. */
    private static final int BATCH_BYTES = 16 << 10;

    private final JobFactory factory;
    private final InstantSource clock;
    private final LongSupplier nanos;
    private final Producer<byte[], byte[]> producer;
    private final AtomicLongArray submitted;
    private int next;

    /**
     * A constant rate of jobs.
     *
     * @param perSecond jobs per second, 1 or more
     * @param time duration
     */
    public record Pace(int perSecond, Duration time) {
        /** Returns the number of jobs. */
        public int jobs() {
            return Math.toIntExact(time.toMillis() * perSecond / 1_000);
        }
    }

    /**
     * Creates a submitter.
     *
     * @param factory creates the records
     * @param jobs maximum number of jobs
     * @param nanos a ticker
     */
    public OpenLoopSubmitter(
            BenchPipeline pipeline,
            JobFactory factory,
            int jobs,
            InstantSource clock,
            LongSupplier nanos) {
        this.factory = factory;
        this.clock = clock;
        this.nanos = nanos;
        this.producer =
                new BareClients(pipeline.bootstrap(), "jobs")
                        .producer(Map.of(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES));
        this.submitted = new AtomicLongArray(jobs);
    }

    /** Returns the submission time of a job on the ticker. Any thread may call this. */
    public long submittedNanos(long number) {
        return submitted.get(Math.toIntExact(number));
    }

    /** Submits the next jobs at the given pace; returns after the last job. */
    public void submit(Pace pace) {
        long start = nanos.getAsLong();
        for (int i = 0; i < pace.jobs(); i++) {
            awaitTime(start + i * NANOS_PER_SECOND / pace.perSecond());
            submitted.set(next, nanos.getAsLong());
            Future<RecordMetadata> _ = producer.send(factory.of(next, clock.instant()));
            next++;
        }
    }

    private void awaitTime(long at) {
        for (long left = at - nanos.getAsLong(); left > 0; left = at - nanos.getAsLong()) {
            LockSupport.parkNanos(left);
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}
