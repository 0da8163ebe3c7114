package dev.millrace.bench.cluster;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Submits jobs at fixed times, whatever becomes of them, and notes when each was submitted. One
 * thread submits at a time.
 */
public final class OpenLoop implements AutoCloseable {
    private static final long NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    /** The client's own. */
    private static final int BATCH_BYTES = 16 << 10;

    private final JobMaker maker;
    private final InstantSource clock;
    private final LongSupplier nanos;
    private final Producer<byte[], byte[]> producer;
    private final AtomicLongArray submitted;
    private int next;

    /**
     * Jobs at even distances.
     *
     * @param perSecond 1 or more
     * @param time how long
     */
    public record Pace(int perSecond, Duration time) {
        /** How many there are. */
        public int jobs() {
            return Math.toIntExact(time.toMillis() * perSecond / 1_000);
        }
    }

    /**
     * Has not submitted anything.
     *
     * @param jobs that it can submit
     * @param nanos a ticker
     */
    public OpenLoop(Pipeline pipeline, int jobs, InstantSource clock, LongSupplier nanos) {
        this(pipeline, NumberedJob.into(pipeline), jobs, clock, nanos);
    }

    /**
     * Has not submitted anything.
     *
     * @param maker of what it submits
     * @param jobs that it can submit
     * @param nanos a ticker
     */
    public OpenLoop(
            Pipeline pipeline, JobMaker maker, int jobs, InstantSource clock, LongSupplier nanos) {
        this.maker = maker;
        this.clock = clock;
        this.nanos = nanos;
        this.producer = Backlog.producer(pipeline, BATCH_BYTES, 0);
        this.submitted = new AtomicLongArray(jobs);
    }

    /** When a job was submitted, on the ticker. From any thread. */
    public long submittedNanos(long number) {
        return submitted.get(Math.toIntExact(number));
    }

    /** Submits the next jobs, from now on, and returns when the last one is submitted. */
    public void submit(Pace pace) {
        long start = nanos.getAsLong();
        for (int i = 0; i < pace.jobs(); i++) {
            awaitTime(start + i * NANOS_PER_SECOND / pace.perSecond());
            submitted.set(next, nanos.getAsLong());
            Future<RecordMetadata> _ = producer.send(maker.of(next, clock.instant()));
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
