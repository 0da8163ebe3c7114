package dev.millrace.router.topic;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Looks up the id of a topic. The id changes when the topic is recreated.
 *
 * <p>Blocks the calling stream thread. A task calls it at its start, or before the first record of
 * a topic that most pipelines do not use, and when its position in the topic has moved backwards.
 */
public final class TopicId implements Supplier<Uuid> {
    private final Admin admin;
    private final String topic;

    public TopicId(Admin admin, String topic) {
        this.admin = admin;
        this.topic = topic;
    }

    /**
     * Returns the current id of the topic.
     *
     * @throws KafkaException when the cluster does not answer; the stream thread is then replaced,
     *     and its successor repeats the lookup
     */
    @Override
    public Uuid get() {
        try {
            var described = admin.describeTopics(List.of(topic)).allTopicNames().get();
            return described.values().iterator().next().topicId();
        } catch (ExecutionException e) {
            throw new KafkaException("Cannot look up the id of topic " + topic, e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }
}
