package dev.millrace.standalone.status;

import dev.millrace.standalone.console.UserError;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Waits for a cluster's answers. */
final class Reply {
    private Reply() {}

    static <T> T to(String question, KafkaFuture<T> answer) {
        return ifThere(question, answer)
                .orElseThrow(() -> UserError.failure(question + " failed: it does not exist"));
    }

    /** Empty when there is no such group or topic. */
    static <T> Optional<T> ifThere(String question, KafkaFuture<T> answer) {
        try {
            return Optional.of(answer.get());
        } catch (ExecutionException e) {
            return switch (e.getCause()) {
                case GroupIdNotFoundException _, UnknownTopicOrPartitionException _ ->
                        Optional.empty();
                case null, default ->
                        throw UserError.failure(question + " failed: " + e.getCause());
            };
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw UserError.failure(question + " was interrupted");
        }
    }
}
