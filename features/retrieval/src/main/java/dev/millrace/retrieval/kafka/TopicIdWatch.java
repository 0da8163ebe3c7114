package dev.millrace.retrieval.kafka;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.jspecify.annotations.Nullable;

/**
 * Looks up the ids of topics without waiting. A consumer does not notice that its topic was created
 * again if the new topic has its offset, too. Connects with the first lookup. Belongs to one
 * thread.
 */
final class TopicIdWatch implements AutoCloseable {
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(2);

    private final RetrievalClients clients;
    private final Map<String, String> expected;
    private @Nullable Admin admin;
    private Map<String, KafkaFuture<TopicDescription>> lookups = Map.of();

    /**
     * @param expected ids of the topics, by name
     */
    TopicIdWatch(RetrievalClients clients, Map<String, String> expected) {
        this.clients = clients;
        this.expected = Map.copyOf(expected);
    }

    /**
     * Returns true if the last lookups, once all have ended, found another id, and starts the next
     * lookups. A failed lookup finds nothing: the cluster does not answer at the moment, or the
     * topic is missing until its recreation.
     */
    boolean hasChanged() {
        if (!lookups.values().stream().allMatch(KafkaFuture::isDone)) {
            return false;
        }
        boolean hasChanged =
                lookups.entrySet().stream().anyMatch(it -> isOther(it.getKey(), it.getValue()));
        lookups = admin().describeTopics(expected.keySet()).topicNameValues();
        return hasChanged;
    }

    private boolean isOther(String topic, KafkaFuture<TopicDescription> ended) {
        if (ended.isCompletedExceptionally()) {
            return false;
        }
        TopicDescription found = ended.toCompletionStage().toCompletableFuture().join();
        return !found.topicId().toString().equals(expected.get(topic));
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
