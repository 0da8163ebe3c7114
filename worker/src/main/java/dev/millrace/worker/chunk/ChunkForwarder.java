package dev.millrace.worker.chunk;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.kafka.AccessFailure;
import dev.millrace.contracts.topic.KeyPartitions;
import dev.millrace.worker.port.ChunkLog;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes previews with a dedicated producer, on a dedicated thread. A slow or missing topic costs
 * chunks, never a call: when the buffer is full, or after a failure, previews end early.
 */
public final class ChunkForwarder implements ChunkLog {
    private static final Logger LOG = LoggerFactory.getLogger(ChunkForwarder.class);

    private static final long MAX_WAITING_BYTES = 4L << 20;
    private static final int MAX_WAITING_CHUNKS = 20_000;

    /**
     * Pause after a failure, because each attempt to write can wait for seconds before it fails
     * too.
     */
    static final Duration PAUSE = Duration.ofSeconds(10);

    /** Longest time until the writer sees that it is closed. */
    private static final Duration IDLE = Duration.ofMillis(100);

    private static final Duration CLOSE_WAIT = Duration.ofSeconds(2);

    private final String topic;
    private final KeyPartitions partitions;
    private final Supplier<Producer<byte[], byte[]>> producers;
    private final LongSupplier nanos;
    private final ChunkBuffer buffer;
    private final AtomicReference<@Nullable Thread> writer = new AtomicReference<>();

    /** After a failure, when to write again, by the ticker; null after a success. */
    private final AtomicReference<@Nullable Long> pausedUntil = new AtomicReference<>();

    private volatile boolean isClosed;

    /** Set by the writer only. */
    private volatile @Nullable Producer<byte[], byte[]> producer;

    /** True if the producer has failed, perhaps for good. */
    private volatile boolean isBroken;

    /**
     * Creates a forwarder.
     *
     * @param producers each call creates a producer
     * @param nanos a ticker
     */
    ChunkForwarder(
            String topic,
            KeyPartitions partitions,
            Supplier<Producer<byte[], byte[]>> producers,
            LongSupplier nanos,
            ChunkBuffer buffer) {
        this.topic = topic;
        this.partitions = partitions;
        this.producers = producers;
        this.nanos = nanos;
        this.buffer = buffer;
    }

    /**
     * Creates a forwarder, which connects to Kafka for its first preview.
     *
     * @param user client properties from the configuration
     * @param clientId name of the producer for the brokers
     * @param nanos a ticker
     */
    public static ChunkForwarder of(
            Map<String, String> user,
            String topic,
            KeyPartitions partitions,
            String clientId,
            LongSupplier nanos) {
        return new ChunkForwarder(
                topic,
                partitions,
                () -> ChunkProducer.create(user, clientId),
                nanos,
                new ChunkBuffer(MAX_WAITING_BYTES, MAX_WAITING_CHUNKS));
    }

    @Override
    public Preview open(JobId job, int attempt) {
        if (isClosed || isPaused()) {
            return Preview.NONE;
        }
        startWriter();
        return new ForwardedPreview(buffer, job, attempt);
    }

    private boolean isPaused() {
        Long until = pausedUntil.get();
        return until != null && nanos.getAsLong() - until < 0;
    }

    private void startWriter() {
        if (writer.get() == null) {
            Thread thread = Thread.ofVirtual().name("millrace-chunks").unstarted(this::run);
            if (writer.compareAndSet(null, thread)) {
                thread.start();
            }
        }
    }

    private void run() {
        try {
            prepare();
            WaitingChunk next = buffer.take(IDLE);
            while (next != null || !isClosed) {
                if (next != null) {
                    write(next);
                }
                next = buffer.take(IDLE);
            }
        } catch (InterruptedException e) {
            // Closed: drop the waiting chunks.
        } finally {
            discard(CLOSE_WAIT);
        }
    }

    /** Connects while the provider computes the first event. */
    private void prepare() {
        try {
            current().partitionsFor(topic);
        } catch (KafkaException e) {
            onFailure(e, producer);
        }
    }

    private void write(WaitingChunk next) {
        if (isPaused() || (next.preview().isLost() && !next.isEnd())) {
            drop(next);
            return;
        }
        try {
            var current = current();
            var _ =
                    current.send(
                            record(next, current),
                            (_, problem) -> onWritten(next, problem, current));
        } catch (KafkaException | IllegalStateException e) {
            drop(next);
            onFailure(e, producer);
        }
    }

    private ProducerRecord<byte[], byte[]> record(
            WaitingChunk next, Producer<byte[], byte[]> current) {
        int count = partitions.count(current.partitionsFor(topic).size());
        return next.chunk().toRecord(topic, next.job().partition(count), next.job());
    }

    /** Returns the producer: a new one after a failure. */
    private Producer<byte[], byte[]> current() {
        var known = producer;
        if (known != null && !isBroken) {
            return known;
        }
        discard(Duration.ZERO);
        var fresh = producers.get();
        isBroken = false;
        producer = fresh;
        return fresh;
    }

    private void drop(WaitingChunk chunk) {
        chunk.preview().onLost();
        buffer.release(chunk);
    }

    /** Runs on the thread of the producer. */
    private void onWritten(
            WaitingChunk chunk, @Nullable Exception problem, Producer<byte[], byte[]> sender) {
        if (problem == null) {
            buffer.release(chunk);
            pausedUntil.set(null);
        } else {
            drop(chunk);
            onFailure(problem, sender);
        }
    }

    /** Pauses, unless the failure is only that a replaced producer was closed. */
    private void onFailure(Exception problem, @Nullable Producer<byte[], byte[]> sender) {
        if (!Objects.equals(sender, producer)) {
            return;
        }
        isBroken = true;
        Long earlier = pausedUntil.getAndSet(nanos.getAsLong() + PAUSE.toNanos());
        if (earlier == null && !isClosed) {
            LOG.atWarn()
                    .addKeyValue("topic", topic)
                    .log(
                            "tokens are not forwarded for the moment, so that answers arrive as a"
                                    + " whole: {}",
                            reason(problem));
        }
    }

    private static String reason(Exception problem) {
        Throwable cause = problem.getCause() == null ? problem : problem.getCause();
        return AccessFailure.explain(cause)
                .orElseGet(() -> cause.getClass().getSimpleName() + ": " + cause.getMessage());
    }

    private void discard(Duration wait) {
        var old = producer;
        producer = null;
        if (old != null) {
            old.close(wait);
        }
    }

    @Override
    public void close() {
        isClosed = true;
        Thread thread = writer.get();
        if (thread == null) {
            return;
        }
        try {
            if (!thread.join(CLOSE_WAIT)) {
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }
}
