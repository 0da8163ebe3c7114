package dev.millrace.producer;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.batch.BatchManifest;
import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Names;
import dev.millrace.contracts.money.Usd;
import dev.millrace.contracts.topic.Topics;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Publishes batch lines to a request topic with an idempotent producer, in call order for each job
 * id and with bounded memory. {@link #send} blocks while Kafka does not keep up. Thread-safe.
 */
public final class MillraceProducer implements AutoCloseable {
    private static final int LINGER_MS = 5;
    private static final int BATCH_BYTES = 256 * 1024;

    private final Producer<byte[], byte[]> kafka;
    private final ProducerSettings settings;

    MillraceProducer(Producer<byte[], byte[]> kafka, ProducerSettings settings) {
        this.kafka = kafka;
        this.settings = settings;
    }

    /** Creates a producer, which connects on first use. */
    public static MillraceProducer open(ProducerSettings settings) {
        return new MillraceProducer(
                new KafkaProducer<>(
                        properties(settings), new ByteArraySerializer(), new ByteArraySerializer()),
                settings);
    }

    private static Map<String, Object> properties(ProducerSettings settings) {
        int largest = settings.maxRequestBytes() + Topics.OVERHEAD_BYTES;
        Map<String, Object> properties = new HashMap<>(settings.kafka());
        properties.putIfAbsent(ProducerConfig.LINGER_MS_CONFIG, LINGER_MS);
        properties.putIfAbsent(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, largest);
        properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, settings.heap().producerBytes(largest));
        return properties;
    }

    /**
     * Publishes a line, even a malformed one, so that the pipeline accounts for it.
     *
     * @param batch batch of the submission; null for the batch that the line names, or the default
     *     batch
     * @return a future that completes when Kafka has acknowledged the record, or with Kafka's
     *     exception
     * @throws IllegalArgumentException if the name is not valid for a batch
     */
    public CompletableFuture<Published> send(ParsedLine line, @Nullable String batch) {
        return send(line, batch, line.source().number());
    }

    /** Publishes a line under a given line number, to resend a line with its original number. */
    public CompletableFuture<Published> send(ParsedLine line, @Nullable String batch, long number) {
        return publish(line, batch, number);
    }

    /**
     * Publishes a line that is not from a file, to the batch that it names or the default batch.
     *
     * @return a future that completes when Kafka has acknowledged the record, or with Kafka's
     *     exception
     */
    public CompletableFuture<Published> send(ParsedLine line) {
        return publish(line, null, null);
    }

    private CompletableFuture<Published> publish(
            ParsedLine line, @Nullable String batch, @Nullable Long number) {
        if (batch != null && !Names.isBatch(batch)) {
            throw new IllegalArgumentException(
                    "a batch name must have 1 to 256 characters and no control characters, was "
                            + batch);
        }
        JobId jobId = line.jobId(settings.boundTenant(), batch);
        BigDecimal limit = settings.batchLimitUsd();
        var request =
                new ProducerRecord<>(
                        settings.topic(),
                        jobId == null ? null : jobId.value().getBytes(UTF_8),
                        line.value());
        new SubmissionHeaders(
                        null,
                        batch,
                        number,
                        // The time of the record counts, which is the brokers'.
                        null,
                        line.source().isOversize() ? line.source().size() : null,
                        limit == null ? null : Usd.text(limit))
                .withDefaults(settings.defaults())
                .writeTo(request.headers());
        return send(request);
    }

    /**
     * Publishes the manifest of a submission, after its lines. Blocks for {@code max.block.ms} if
     * the topic of manifests does not exist.
     *
     * @return a future that completes when Kafka has acknowledged the record, or with Kafka's
     *     exception
     */
    public CompletableFuture<Published> send(BatchManifest manifest) {
        return send(
                new ProducerRecord<>(
                        new Topics(settings.prefix()).batches(),
                        manifest.key(),
                        manifest.toJson()));
    }

    private CompletableFuture<Published> send(ProducerRecord<byte[], byte[]> record) {
        var published = new CompletableFuture<Published>();
        var unused =
                kafka.send(
                        record,
                        (metadata, failure) -> {
                            if (failure == null) {
                                published.complete(
                                        new Published(
                                                metadata.topic(),
                                                metadata.partition(),
                                                metadata.offset()));
                            } else {
                                published.completeExceptionally(failure);
                            }
                        });
        return published;
    }

    /** Waits until every sent record is acknowledged or has failed. */
    public void flush() {
        kafka.flush();
    }

    /** Sends the buffered records and closes the producer. */
    @Override
    public void close() {
        kafka.close();
    }
}
