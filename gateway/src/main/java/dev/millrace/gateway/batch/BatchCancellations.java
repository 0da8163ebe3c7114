package dev.millrace.gateway.batch;

import java.time.Instant;

/** Cancels the jobs of batches. */
@FunctionalInterface
public interface BatchCancellations {
    /**
     * Cancels the jobs of a batch that were submitted up to a time and have not begun. Blocks until
     * the cancellation is durable.
     *
     * @param expires when no job of the batch can begin any more, so that the cancellation is
     *     forgotten
     * @throws org.apache.kafka.common.KafkaException if it could not be written
     */
    void cancel(String tenant, String batch, Instant at, Instant expires);
}
