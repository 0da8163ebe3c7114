package dev.millrace.retrieval.kafka;

import dev.millrace.retrieval.document.DocumentRecord;
import dev.millrace.retrieval.follow.DocumentLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** The topic of documents on a cluster. Belongs to one thread. */
public final class KafkaDocumentLog implements DocumentLog {
    private static final Duration ADMIN_WAIT = Duration.ofSeconds(30);

    private final String source;
    private final Consumer<byte[], byte[]> consumer;
    private final List<TopicPartition> partitions;

    private KafkaDocumentLog(
            String source, Consumer<byte[], byte[]> consumer, List<TopicPartition> partitions) {
        this.source = source;
        this.consumer = consumer;
        this.partitions = partitions;
    }

    /**
     * Opens the topic of documents.
     *
     * @throws KafkaException if the cluster does not answer, or there is no such topic
     */
    public static KafkaDocumentLog open(RetrievalClients clients) {
        String topic = clients.topics().documents();
        String source = source(clients, topic);
        Consumer<byte[], byte[]> consumer = clients.documents();
        try {
            List<TopicPartition> partitions = partitions(consumer, topic);
            consumer.assign(partitions);
            return new KafkaDocumentLog(source, consumer, partitions);
        } catch (KafkaException e) {
            consumer.close();
            throw e;
        }
    }

    /**
     * Returns the partitions of a topic.
     *
     * @throws UnknownTopicOrPartitionException if there is no such topic: without this, it would
     *     seem to have no documents
     */
    static List<TopicPartition> partitions(Consumer<?, ?> consumer, String topic) {
        List<TopicPartition> found =
                consumer.partitionsFor(topic).stream()
                        .map(it -> new TopicPartition(topic, it.partition()))
                        .toList();
        if (found.isEmpty()) {
            throw new UnknownTopicOrPartitionException("there is no topic " + topic);
        }
        return found;
    }

    /** Returns the id of a topic. */
    public static String source(RetrievalClients clients, String topic) {
        try (Admin admin = clients.admin()) {
            var described =
                    admin.describeTopics(List.of(topic))
                            .allTopicNames()
                            .get(ADMIN_WAIT.toMillis(), TimeUnit.MILLISECONDS);
            return Objects.requireNonNull(described.get(topic)).topicId().toString();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException failure ? failure : new KafkaException(e);
        } catch (TimeoutException e) {
            throw new org.apache.kafka.common.errors.TimeoutException(
                    "the cluster does not answer", e);
        }
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
    public void pause(Set<Integer> paused) {
        consumer.resume(partitions);
        consumer.pause(partitions.stream().filter(it -> paused.contains(it.partition())).toList());
    }

    @Override
    public List<DocumentRecord> poll(Duration wait) {
        var records = new ArrayList<DocumentRecord>();
        consumer.poll(wait)
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
        var positions = new TreeMap<Integer, Long>();
        partitions.forEach(it -> positions.put(it.partition(), consumer.position(it)));
        return positions;
    }

    @Override
    public Map<Integer, Long> ends() {
        return ends(consumer, partitions);
    }

    static Map<Integer, Long> ends(Consumer<?, ?> consumer, List<TopicPartition> partitions) {
        var ends = new TreeMap<Integer, Long>();
        consumer.endOffsets(partitions).forEach((it, end) -> ends.put(it.partition(), end));
        return ends;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
