package dev.millrace.retrieval.kafka;

import dev.millrace.retrieval.vector.VectorLog;
import dev.millrace.retrieval.vector.VectorRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;

/** The topic of vectors on a cluster. Belongs to one thread. */
public final class KafkaVectorLog implements VectorLog {
    private final String source;
    private final FollowedTopic topic;
    private final TopicIdWatch watch;

    private KafkaVectorLog(String source, FollowedTopic topic, TopicIdWatch watch) {
        this.source = source;
        this.topic = topic;
        this.watch = watch;
    }

    /**
     * Opens the topic of vectors.
     *
     * @throws org.apache.kafka.common.KafkaException if the cluster does not answer, or there is no
     *     such topic
     */
    public static KafkaVectorLog open(RetrievalClients clients) {
        String topic = clients.topics().vectors();
        String source = KafkaDocumentLog.source(clients, topic);
        return new KafkaVectorLog(
                source,
                FollowedTopic.open(clients.documents(), topic),
                new TopicIdWatch(clients, Map.of(topic, source)));
    }

    @Override
    public String source() {
        return source;
    }

    @Override
    public boolean isReplaced() {
        return watch.hasChanged();
    }

    @Override
    public void seek(Map<Integer, Long> offsets) {
        topic.seek(offsets);
    }

    @Override
    public List<VectorRecord> poll(Set<Integer> wanted, Duration wait) {
        topic.readOnly(wanted);
        var records = new ArrayList<VectorRecord>();
        try {
            topic.poll(wait)
                    .forEach(
                            it ->
                                    records.add(
                                            new VectorRecord(
                                                    it.partition(),
                                                    it.offset(),
                                                    it.key(),
                                                    it.value())));
        } catch (OffsetOutOfRangeException e) {
            // Earlier vectors do no harm: they are skipped up to the document's vectors.
            topic.seekToBeginning(e.partitions());
        }
        return records;
    }

    @Override
    public Map<Integer, Long> positions() {
        return topic.positions();
    }

    /** Returns the offset after the last record of each partition. */
    public Map<Integer, Long> ends() {
        return topic.ends();
    }

    @Override
    public void close() {
        watch.close();
        topic.close();
    }
}
