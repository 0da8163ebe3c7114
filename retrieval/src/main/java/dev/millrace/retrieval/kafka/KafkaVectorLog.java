package dev.millrace.retrieval.kafka;

import dev.millrace.retrieval.vector.VectorLog;
import dev.millrace.retrieval.vector.VectorRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;

/** The topic of vectors on a cluster. Belongs to one thread. */
public final class KafkaVectorLog implements VectorLog {
    private final String source;
    private final Consumer<byte[], byte[]> consumer;
    private final List<TopicPartition> partitions;

    private KafkaVectorLog(
            String source, Consumer<byte[], byte[]> consumer, List<TopicPartition> partitions) {
        this.source = source;
        this.consumer = consumer;
        this.partitions = partitions;
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
        Consumer<byte[], byte[]> consumer = clients.documents();
        List<TopicPartition> partitions = KafkaDocumentLog.partitions(consumer, topic);
        consumer.assign(partitions);
        return new KafkaVectorLog(source, consumer, partitions);
    }

    @Override
    public String source() {
        return source;
    }

    @Override
    public void seek(Map<Integer, Long> offsets) {
        for (TopicPartition it : partitions) {
            Long offset = offsets.get(it.partition());
            if (offset == null) {
                consumer.seekToBeginning(List.of(it));
            } else {
                consumer.seek(it, offset);
            }
        }
    }

    @Override
    public List<VectorRecord> poll(Set<Integer> wanted, Duration wait) {
        consumer.resume(partitions);
        consumer.pause(partitions.stream().filter(it -> !wanted.contains(it.partition())).toList());
        var records = new ArrayList<VectorRecord>();
        try {
            consumer.poll(wait)
                    .forEach(
                            it ->
                                    records.add(
                                            new VectorRecord(
                                                    it.partition(),
                                                    it.offset(),
                                                    it.key(),
                                                    it.value())));
        } catch (OffsetOutOfRangeException e) {
            // Earlier vectors do no harm: they are skipped until the document's own ones.
            consumer.seekToBeginning(e.partitions());
        }
        return records;
    }

    @Override
    public Map<Integer, Long> positions() {
        var positions = new TreeMap<Integer, Long>();
        partitions.forEach(it -> positions.put(it.partition(), consumer.position(it)));
        return positions;
    }

    /** Returns the offset after the last record of each partition. */
    public Map<Integer, Long> ends() {
        return KafkaDocumentLog.ends(consumer, partitions);
    }

    @Override
    public void close() {
        consumer.close();
    }
}
