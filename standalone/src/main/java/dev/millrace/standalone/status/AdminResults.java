package dev.millrace.standalone.status;

import dev.millrace.standalone.console.UserError;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Waits for the futures of Kafka's admin client and converts their failures for the user. */
final class AdminResults {
    private AdminResults() {}

    /**
     * Returns the result of an operation.
     *
     * @param operation the operation as a noun phrase, for the error message
     */
    static <T> T get(String operation, KafkaFuture<T> future) {
        return getIfExists(operation, future)
                .orElseThrow(
                        () -> UserError.failure(operation + " failed: group or topic not found"));
    }

    /** Returns the result of an operation, or empty when its group or topic does not exist. */
    static <T> Optional<T> getIfExists(String operation, KafkaFuture<T> future) {
        try {
            return Optional.of(future.get());
        } catch (ExecutionException e) {
            return switch (e.getCause()) {
                case GroupIdNotFoundException _, UnknownTopicOrPartitionException _ ->
                        Optional.empty();
                case null, default ->
                        throw UserError.failure(operation + " failed: " + e.getCause());
            };
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw UserError.failure(operation + " was interrupted");
        }
    }
}
