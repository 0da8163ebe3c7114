package dev.millrace.gateway.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.configuration.RecordSizes;
import dev.millrace.configuration.TopicsConfig;
import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.kafka.KafkaClient;
import dev.millrace.contracts.memory.HeapShare;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Publishes single jobs without batching, since a client awaits each job. A job is durable when its
 * future completes. Remembers whether Kafka accepts jobs. Thread-safe.
 */
final class JobPublisher implements AutoCloseable {
    /** Longest wait for a request topic's leader, or for room in the buffer. */
    private static final Duration MAX_BLOCK = Duration.ofSeconds(5);

    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration DELIVERY_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

    /**
     * Time for which a failure makes the gateway not ready. The state must end without another job:
     * a gateway that is not ready gets no jobs, and would never notice that Kafka has recovered.
     */
    private static final Duration PROBLEM_LASTS = Duration.ofSeconds(10);

    private final Producer<byte[], byte[]> kafka;
    private final LongSupplier nanoTicker;
    private volatile @Nullable Problem problem;

    /** The failure of the last job that was sent. */
    private record Problem(String text, long atNanos) {}

    JobPublisher(Producer<byte[], byte[]> kafka, LongSupplier nanoTicker) {
        this.kafka = kafka;
        this.nanoTicker = nanoTicker;
    }

    /** Creates a publisher, which connects on first use. */
    static JobPublisher open(
            Map<String, String> client,
            TopicsConfig topics,
            HeapShare heap,
            LongSupplier nanoTicker) {
        return new JobPublisher(
                new KafkaProducer<>(
                        properties(client, topics, heap),
                        new ByteArraySerializer(),
                        new ByteArraySerializer()),
                nanoTicker);
    }

    private static Map<String, Object> properties(
            Map<String, String> client, TopicsConfig topics, HeapShare heap) {
        int largest = RecordSizes.of(topics).job();
        Map<String, Object> properties = new HashMap<>();
        properties.put(ProducerConfig.CLIENT_ID_CONFIG, "millrace-gateway");
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, millis(MAX_BLOCK));
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, millis(REQUEST_TIMEOUT));
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, millis(DELIVERY_TIMEOUT));
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        properties.putAll(KafkaClient.PRODUCER.properties(client));
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, largest);
        properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, heap.producerBytes(largest));
        return properties;
    }

    private static int millis(Duration duration) {
        return Math.toIntExact(duration.toMillis());
    }

    /**
     * Returns the record of a request.
     *
     * @param topic request topic of the job's tenant
     * @param submission headers of the request
     * @param line the batch line
     */
    static ProducerRecord<byte[], byte[]> request(
            String topic, JobId job, SubmissionHeaders submission, byte[] line) {
        var request = new ProducerRecord<>(topic, job.value().getBytes(UTF_8), line);
        submission.writeTo(request.headers());
        return request;
    }

    /**
     * Publishes a job.
     *
     * @return completes when Kafka has acknowledged the job, or with the exception of the producer,
     *     which can be closed
     */
    CompletableFuture<Void> send(ProducerRecord<byte[], byte[]> record) {
        var acknowledged = new CompletableFuture<Void>();
        try {
            var _ =
                    kafka.send(
                            record,
                            (_, failure) -> {
                                if (failure == null) {
                                    problem = null;
                                    acknowledged.complete(null);
                                } else {
                                    fail(acknowledged, failure);
                                }
                            });
        } catch (KafkaException | IllegalStateException e) {
            // The producer throws IllegalStateException once it is closed.
            fail(acknowledged, e);
        }
        return acknowledged;
    }

    private void fail(CompletableFuture<Void> acknowledged, Exception failure) {
        if (!concernsOneRecord(failure)) {
            problem = new Problem(String.valueOf(failure.getMessage()), nanoTicker.getAsLong());
        }
        acknowledged.completeExceptionally(failure);
    }

    /**
     * Returns true if the failure concerns one record or topic, so that Kafka may accept other
     * jobs. The client waits in vain for a missing topic, and names it as the cause.
     */
    static boolean concernsOneRecord(Throwable failure) {
        return failure instanceof RecordTooLargeException
                || failure instanceof InvalidRecordException
                || failure instanceof TopicAuthorizationException
                || failure instanceof InvalidTopicException
                || failure instanceof UnknownTopicOrPartitionException
                || failure.getCause() instanceof UnknownTopicOrPartitionException;
    }

    /**
     * Returns why Kafka did not accept the last job; empty after a success or {@link
     * #PROBLEM_LASTS}.
     */
    Optional<String> problem() {
        Problem last = problem;
        return last == null || nanoTicker.getAsLong() - last.atNanos >= PROBLEM_LASTS.toNanos()
                ? Optional.empty()
                : Optional.of(last.text);
    }

    /** Sends the buffered records and closes the producer. */
    @Override
    public void close() {
        kafka.close(CLOSE_TIMEOUT);
    }
}
