package dev.millrace.retrieval.kafka;

import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.jspecify.annotations.Nullable;

/**
 * Looks up the id of a topic without waiting. A consumer does not notice that its topic was created
 * again if the new topic has its offset, too. Connects with the first lookup. Belongs to one
 * thread.
 */
final class TopicIdWatch implements AutoCloseable {
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(2);

    private final RetrievalClients clients;
    private final String topic;
    private final String expected;
    private @Nullable Admin admin;
    private @Nullable KafkaFuture<TopicDescription> lookup;

    TopicIdWatch(RetrievalClients clients, String topic, String expected) {
        this.clients = clients;
        this.topic = topic;
        this.expected = expected;
    }

    /**
     * Returns true if the last lookup that has ended found another id, and begins the next one. A
     * lookup that failed finds nothing: the cluster may not answer at the moment, or the topic may
     * be missing until it is created again.
     */
    boolean hasChanged() {
        if (lookup != null && !lookup.isDone()) {
            return false;
        }
        boolean hasChanged = lookup != null && !expected.equals(id(lookup));
        lookup = admin().describeTopics(List.of(topic)).topicNameValues().get(topic);
        return hasChanged;
    }

    /** Returns the id that a lookup has found, or the expected one if it has failed. */
    private String id(KafkaFuture<TopicDescription> ended) {
        if (ended.isCompletedExceptionally()) {
            return expected;
        }
        return ended.toCompletionStage().toCompletableFuture().join().topicId().toString();
    }

    private Admin admin() {
        if (admin == null) {
            admin = clients.admin();
        }
        return admin;
    }

    @Override
    public void close() {
        if (admin != null) {
            admin.close(CLOSE_WAIT);
        }
    }
}
