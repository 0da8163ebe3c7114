package dev.millrace.gateway.publish;

import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Asks the cluster for request topics before they are written. Has its own client: a request by the
 * consumer would wait up to half a second, until the cluster has answered the consumer's last
 * fetch. Used by one thread.
 */
final class RequestTopicCheck implements AutoCloseable {
    private final Admin admin;

    /**
     * @param admin closed with this object
     */
    RequestTopicCheck(Admin admin) {
        this.admin = admin;
    }

    /**
     * Checks that a topic exists and that the right to it was not lost. Does not wait for a missing
     * topic.
     *
     * @throws RequestTopicException if the topic is missing or access to it is denied
     * @throws KafkaException if the cluster does not answer
     */
    void require(String topic) throws RequestTopicException {
        try {
            var _ = admin.describeTopics(List.of(topic)).allTopicNames().get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case TimeoutException cause -> throw cause;
                case DisconnectException cause -> throw cause;
                case UnknownTopicOrPartitionException _ ->
                        throw new RequestTopicException(topic, SubmissionReader.missing(topic));
                case KafkaException cause -> throw new RequestTopicException(topic, cause);
                case null, default -> throw new IllegalStateException(e);
            }
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    @Override
    public void close() {
        admin.close();
    }
}
