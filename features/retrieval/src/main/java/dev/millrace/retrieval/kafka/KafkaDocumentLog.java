package dev.millrace.retrieval.kafka;

import dev.millrace.retrieval.document.DocumentRecord;
import dev.millrace.retrieval.follow.DocumentLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;

/** The topic of documents on a cluster. Belongs to one thread. */
public final class KafkaDocumentLog implements DocumentLog {
    private final String source;
    private final FollowedTopic topic;
    private final TopicIdWatch watch;

    private KafkaDocumentLog(String source, FollowedTopic topic, TopicIdWatch watch) {
        this.source = source;
        this.topic = topic;
        this.watch = watch;
    }

    /**
     * Opens the topic of documents.
     *
     * @throws KafkaException if the cluster does not answer, or there is no such topic
     */
    public static KafkaDocumentLog open(RetrievalClients clients) {
        String topic = clients.topics().documents();
        String source = source(clients, topic);
        return new KafkaDocumentLog(
                source,
                FollowedTopic.open(clients.documents(), topic),
                new TopicIdWatch(clients, Map.of(topic, source)));
    }

    /** Returns the id of a topic. */
    public static String source(RetrievalClients clients, String topic) {
        try (Admin admin = clients.admin()) {
            var described =
                    RetrievalTopics.await(admin.describeTopics(List.of(topic)).allTopicNames());
            return Objects.requireNonNull(described.get(topic)).topicId().toString();
        }
    }

    @Override
    public String source() {
        return source;
    }

    @Override
    public boolean isReplaced() {
        return watch.hasChanged() || topic.hasGrown();
    }

    @Override
    public void seek(Map<Integer, Long> offsets) {
        topic.seek(offsets);
    }

    @Override
    public void pause(Set<Integer> paused) {
        topic.pause(paused);
    }

    @Override
    public List<DocumentRecord> poll(Duration wait) {
        var records = new ArrayList<DocumentRecord>();
        topic.poll(wait)
                .forEach(
                        it ->
                                records.add(
                                        new DocumentRecord(
                                                it.partition(),
                                                it.offset(),
                                                it.key(),
                                                it.value())));
        return records;
    }

    @Override
    public Map<Integer, Long> positions() {
        return topic.positions();
    }

    @Override
    public Map<Integer, Long> ends() {
        return topic.ends();
    }

    @Override
    public void close() {
        watch.close();
        topic.close();
    }
}
