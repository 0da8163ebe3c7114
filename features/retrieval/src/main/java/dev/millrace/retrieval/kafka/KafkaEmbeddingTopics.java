package dev.millrace.retrieval.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.retrieval.catalog.EmbeddingRequest;
import dev.millrace.retrieval.catalog.EmbeddingTopics;
import dev.millrace.retrieval.catalog.PendingProgress;
import dev.millrace.retrieval.document.DocumentRecord;
import dev.millrace.retrieval.vector.VectorCodec;
import dev.millrace.retrieval.vector.VectorEntry.Progress;
import dev.millrace.retrieval.vector.VectorSpace;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The topics of the embedding of documents, on a cluster. Creates its producer for the first write.
 * Belongs to one thread.
 *
 * <p>After a failed write, it must be closed. A process that has lost a partition cannot write for
 * it: the transaction contains the membership of the consumer, which the cluster checks.
 */
public final class KafkaEmbeddingTopics implements EmbeddingTopics {
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(2);

    private final RetrievalClients clients;
    private final VectorSpace space;
    private final TopicIdWatch watch;
    private final Function<String, Optional<String>> requestTopics;
    private final InstantSource clock;
    private final String documents;
    private final Consumer<byte[], byte[]> consumer;
    private final ResultPartitions results;
    private final Set<TopicPartition> unpositioned = new HashSet<>();
    private final Set<Integer> lost = new HashSet<>();
    private final List<Assigned> assigned = new ArrayList<>();
    private @Nullable Producer<byte[], byte[]> producer;

    /**
     * The ids of the topics of documents and vectors, and the space of vectors that they determine.
     */
    public record Source(String documents, String vectors, VectorSpace space) {}

    private KafkaEmbeddingTopics(
            RetrievalClients clients,
            Source source,
            Function<String, Optional<String>> requestTopics,
            InstantSource clock) {
        this.clients = clients;
        space = source.space();
        this.requestTopics = requestTopics;
        this.clock = clock;
        documents = clients.topics().documents();
        watch =
                new TopicIdWatch(
                        clients,
                        Map.of(
                                documents,
                                source.documents(),
                                clients.topics().vectors(),
                                source.vectors()));
        results = clients.resultPartitions();
        consumer = clients.documentsOfGroup(space);
    }

    /**
     * Joins the group of processes that embed documents.
     *
     * @param requestTopics returns the request topic of a tenant, if there is one
     */
    public static KafkaEmbeddingTopics open(
            RetrievalClients clients,
            Source source,
            Function<String, Optional<String>> requestTopics,
            InstantSource clock) {
        var topics = new KafkaEmbeddingTopics(clients, source, requestTopics, clock);
        topics.consumer.subscribe(List.of(topics.documents), topics.new Rebalances());
        return topics;
    }

    private final class Rebalances implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            // Read nothing before the position is known.
            consumer.pause(partitions);
            unpositioned.addAll(partitions);
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            partitions.forEach(
                    it -> {
                        lost.add(it.partition());
                        unpositioned.remove(it);
                        assigned.removeIf(old -> old.partition() == it.partition());
                    });
        }
    }

    @Override
    public VectorSpace space() {
        return space;
    }

    @Override
    public boolean isReplaced() {
        return watch.hasChanged();
    }

    @Override
    public List<DocumentRecord> poll(Duration wait, Set<Integer> paused) {
        for (TopicPartition it : consumer.assignment()) {
            if (paused.contains(it.partition()) || unpositioned.contains(it)) {
                consumer.pause(List.of(it));
            } else {
                consumer.resume(List.of(it));
            }
        }
        var polled = new ArrayList<DocumentRecord>();
        consumer.poll(wait)
                .forEach(
                        it ->
                                polled.add(
                                        new DocumentRecord(
                                                it.partition(),
                                                it.offset(),
                                                it.key(),
                                                it.value())));
        if (!unpositioned.isEmpty()) {
            position();
        }
        return polled;
    }

    private void position() {
        Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(unpositioned);
        for (TopicPartition it : List.copyOf(unpositioned)) {
            @Nullable OffsetAndMetadata progress = committed.get(it);
            if (progress != null) {
                consumer.seek(it, progress.offset());
                assigned.add(
                        new Assigned(it.partition(), PendingProgress.parse(progress.metadata())));
            } else {
                VectorProgress.next(clients, space, it.partition())
                        .ifPresentOrElse(
                                next -> consumer.seek(it, next),
                                () -> consumer.seekToBeginning(List.of(it)));
                assigned.add(new Assigned(it.partition(), Optional.empty()));
            }
            unpositioned.remove(it);
        }
    }

    @Override
    public long position(int partition) {
        return consumer.position(new TopicPartition(documents, partition));
    }

    @Override
    public List<Assigned> takeAssigned() {
        List<Assigned> taken = List.copyOf(assigned);
        assigned.clear();
        return taken;
    }

    @Override
    public Set<Integer> takeLost() {
        Set<Integer> taken = Set.copyOf(lost);
        lost.clear();
        return taken;
    }

    @Override
    public int resultPartitions() {
        return results.count();
    }

    @Override
    public long resultsEnd(int partition) {
        return results.end(partition);
    }

    @Override
    public List<Result> results(Map<Integer, Long> starts) {
        return results.read(starts).stream()
                .map(it -> new Result(new String(it.key(), UTF_8), it.value()))
                .toList();
    }

    @Override
    public void publish(
            int partition, long offset, PendingProgress pending, List<EmbeddingRequest> jobs) {
        Producer<byte[], byte[]> open = producer();
        open.beginTransaction();
        for (EmbeddingRequest it : jobs) {
            var sent =
                    new ProducerRecord<>(
                            requestTopics.apply(it.tenant()).orElseThrow(),
                            it.job().value().getBytes(UTF_8),
                            it.line());
            new SubmissionHeaders(it.tenant(), EmbeddingRequest.BATCH, null, clock.instant(), null)
                    .writeTo(sent.headers());
            // A failed record fails the commit of its transaction.
            var _ = open.send(sent);
        }
        commit(open, partition, new OffsetAndMetadata(offset, pending.text()));
    }

    @Override
    public void finish(int partition, long next, List<Stored> vectors) {
        Producer<byte[], byte[]> open = producer();
        String topic = clients.topics().vectors();
        open.beginTransaction();
        for (Stored it : vectors) {
            byte @Nullable [] value = it.entry() == null ? null : VectorCodec.bytes(it.entry());
            var _ =
                    open.send(
                            new ProducerRecord<>(
                                    topic,
                                    partition,
                                    VectorCodec.key(space, it.number(), it.document()),
                                    value));
        }
        var _ =
                open.send(
                        new ProducerRecord<>(
                                topic,
                                partition,
                                VectorCodec.progressKey(space),
                                VectorCodec.bytes(new Progress(next - 1))));
        commit(open, partition, new OffsetAndMetadata(next));
    }

    private void commit(Producer<byte[], byte[]> open, int partition, OffsetAndMetadata progress) {
        open.sendOffsetsToTransaction(
                Map.of(new TopicPartition(documents, partition), progress),
                consumer.groupMetadata());
        open.commitTransaction();
    }

    private Producer<byte[], byte[]> producer() {
        if (producer == null) {
            producer = clients.producer("-vectors");
            producer.initTransactions();
        }
        return producer;
    }

    @Override
    public int maxRecordBytes() {
        return clients.maxVectorBytes();
    }

    @Override
    public boolean accepts(String tenant) {
        return requestTopics.apply(tenant).isPresent();
    }

    @Override
    public void close() {
        if (producer != null) {
            producer.close(CLOSE_WAIT);
        }
        watch.close();
        results.close();
        consumer.close();
    }
}
