package dev.millrace.control;

import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * Writes control records that depend on no state, so that repeating or reordering them is harmless.
 * Stays out of the transactions of {@link ControlWriter}, so that frequent writes caused by clients
 * never delay an operator's command. Connects with the first write. Thread-safe.
 */
public final class ControlPublisher implements AutoCloseable {
    private static final Duration CLOSE = Duration.ofSeconds(1);

    private final String topic;
    private final Supplier<Producer<byte[], byte[]>> producers;
    private @Nullable Producer<byte[], byte[]> producer;

    /**
     * @param producers creates the producer, which this object closes
     */
    ControlPublisher(String topic, Supplier<Producer<byte[], byte[]>> producers) {
        this.topic = topic;
        this.producers = producers;
    }

    /**
     * Creates a publisher for a pipeline.
     *
     * @param kafka client properties from the configuration
     * @param prefix prefix of all Millrace topic names
     */
    public static ControlPublisher of(Map<String, String> kafka, String prefix) {
        var clients = new ControlClients(kafka, prefix);
        return new ControlPublisher(new Topics(prefix).control(), clients::idempotentProducer);
    }

    /**
     * Writes records, and blocks until they are durable.
     *
     * @throws KafkaException if a record is not durable; other records can be durable
     */
    public void write(List<ControlRecord> records) {
        Producer<byte[], byte[]> open = producer();
        var sent = new ArrayList<Future<?>>();
        records.forEach(it -> sent.add(open.send(it.toRecord(topic))));
        for (Future<?> each : sent) {
            var _ = await(each);
        }
    }

    private synchronized Producer<byte[], byte[]> producer() {
        if (producer == null) {
            producer = producers.get();
        }
        return producer;
    }

    static <T> T await(Future<T> sent) {
        try {
            return sent.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptException(e);
        }
    }

    @Override
    public synchronized void close() {
        if (producer != null) {
            producer.close(CLOSE);
        }
    }
}
