package dev.millrace.router;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Asks the cluster for the id of the costs topic. The id changes when the topic is deleted and
 * created again.
 *
 * <p>Called by stream threads, and blocks them: when a task starts, and when the position in the
 * costs topic has gone back.
 */
final class CostsTopicId implements Supplier<Uuid> {
    private final Admin admin;
    private final String topic;

    CostsTopicId(Admin admin, String topic) {
        this.admin = admin;
        this.topic = topic;
    }

    /**
     * Returns the id of the topic as it is now.
     *
     * @throws KafkaException when the cluster does not answer; the stream thread is replaced, and
     *     asks again
     */
    @Override
    public Uuid get() {
        try {
            var described = admin.describeTopics(List.of(topic)).allTopicNames().get();
            return described.values().iterator().next().topicId();
        } catch (ExecutionException e) {
            throw new KafkaException("The id of " + topic + " is not known", e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }
}
