package dev.millrace.standalone.cluster;

import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Waits for the futures of Kafka's admin client and converts their failures. */
public final class KafkaFutures {
    private KafkaFutures() {}

    /**
     * Returns the result of a step.
     *
     * @param step the step as a noun phrase, for the error message
     * @throws TopicAdminException when the step failed or the thread was interrupted
     */
    public static <T> T get(String step, Future<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            var cause = e.getCause();
            throw new TopicAdminException(step + " failed", cause == null ? e : cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TopicAdminException(step + " was interrupted", e);
        }
    }

    /**
     * Returns the result of a step, or empty when its group or topic does not exist.
     *
     * @param step the step as a noun phrase, for the error message
     * @throws TopicAdminException when the step failed for another reason or the thread was
     *     interrupted
     */
    public static <T> Optional<T> getIfExists(String step, KafkaFuture<T> future) {
        try {
            return Optional.of(get(step, future));
        } catch (TopicAdminException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException
                    || e.getCause() instanceof GroupIdNotFoundException) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Waits until a topic is created, by this process or concurrently by another. */
    static void awaitCreation(String topic, KafkaFuture<Void> future) {
        try {
            get("Creating the topic " + topic, future);
        } catch (TopicAdminException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
    }
}
