package dev.millrace.gateway.batch;

import java.time.Instant;

/** Cancels the jobs of batches. */
@FunctionalInterface
public interface BatchCancellations {
    /**
     * Cancels the jobs of a batch that were submitted up to a time and have not begun. Blocks until
     * the cancellation is durable.
     *
     * @param expires time after which no job of the batch can begin, so that the cancellation is
     *     removed
     * @throws org.apache.kafka.common.KafkaException if the cancellation could not be written
     */
    void cancel(String tenant, String batch, Instant at, Instant expires);

    /**
     * Checks that a tenant may cancel another batch. There is always room by default.
     *
     * @throws dev.millrace.gateway.http.ApiError if too many cancellations are in force
     */
    default void requireRoom(String tenant) {}
}
