package dev.millrace.retrieval.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

/**
 * The topics of documents and of jobs that wait for passages, for a pipeline that possibly uses
 * neither. A check takes two requests to a broker. Belongs to one thread.
 */
public final class RetrievalTopics implements AutoCloseable {
    private static final Duration ADMIN_WAIT = Duration.ofSeconds(30);
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(2);

    private final List<String> topics;
    private final Admin admin;

    public RetrievalTopics(RetrievalClients clients) {
        topics = List.of(clients.topics().documents(), clients.topics().retrievals());
        admin = clients.admin();
    }

    /**
     * Returns true if there has ever been a document or a job that asks for passages.
     *
     * @throws KafkaException if the cluster does not answer, or there is no such topic
     */
    public boolean areUsed() {
        return await(admin.listOffsets(partitions()).all()).values().stream()
                .anyMatch(it -> it.offset() > 0);
    }

    /** Looks the partitions up each time, since topics grow. */
    private Map<TopicPartition, OffsetSpec> partitions() {
        var found = new HashMap<TopicPartition, OffsetSpec>();
        await(admin.describeTopics(topics).allTopicNames())
                .forEach(
                        (topic, description) ->
                                description
                                        .partitions()
                                        .forEach(
                                                it ->
                                                        found.put(
                                                                new TopicPartition(
                                                                        topic, it.partition()),
                                                                OffsetSpec.latest())));
        return found;
    }

    /**
     * Waits for the answer of a cluster.
     *
     * @throws KafkaException if the cluster does not answer, or refuses
     */
    static <T> T await(KafkaFuture<T> future) {
        try {
            return future.get(ADMIN_WAIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException failure ? failure : new KafkaException(e);
        } catch (TimeoutException e) {
            throw new org.apache.kafka.common.errors.TimeoutException(
                    "the cluster does not answer", e);
        }
    }

    @Override
    public void close() {
        admin.close(CLOSE_WAIT);
    }
}
