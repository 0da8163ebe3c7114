package dev.millrace.standalone.topics;

import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Waits for a cluster's answers, and says what was asked when the answer is no. */
final class Answers {
    private Answers() {}

    static <T> T get(String what, KafkaFuture<T> answer) {
        try {
            return answer.get();
        } catch (ExecutionException e) {
            var cause = e.getCause();
            throw new TopicAdminException(what + " failed", cause == null ? e : cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TopicAdminException(what + " was interrupted", e);
        }
    }

    /** Empty when the topic that was asked for does not exist. */
    static <T> Optional<T> ifExists(String what, KafkaFuture<T> answer) {
        try {
            return Optional.of(get(what, answer));
        } catch (TopicAdminException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** A topic that somebody else has created meanwhile is as good. */
    static void created(String name, KafkaFuture<Void> answer) {
        try {
            get("Creating the topic " + name, answer);
        } catch (TopicAdminException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
    }
}
