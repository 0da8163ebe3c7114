package dev.millrace.worker.loop;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.worker.port.JobTopics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** The metadata of job topics, whose partitions all begin at offset 0. */
final class FakeTopics implements JobTopics {
    private static final String CONTROL = "millrace.control";

    private final FakeCluster cluster;
    final Map<TopicPartition, CompletableFuture<Committed>> lookups = new HashMap<>();

    /** Partitions whose committed offset an open transaction hides. */
    final Set<TopicPartition> hidden = new HashSet<>();

    final List<Map<TopicPartition, Long>> deleted = new ArrayList<>();
    Limits limits = Limits.DEFAULT;

    /** True if the cluster never answers a request for limits or missing offsets. */
    boolean isUnresponsive;

    boolean isClosed;

    FakeTopics(FakeCluster cluster) {
        this.cluster = cluster;
    }

    @Override
    public Optional<Limits> limits() {
        return isUnresponsive ? Optional.empty() : Optional.of(limits);
    }

    @Override
    public Map<TopicPartition, CompletableFuture<Committed>> committed(
            Set<TopicPartition> partitions) {
        var answers = new HashMap<TopicPartition, CompletableFuture<Committed>>();
        partitions.forEach(it -> answers.put(it, committed(it)));
        return answers;
    }

    private CompletableFuture<Committed> committed(TopicPartition partition) {
        var answer = new NonBlockingFuture<Committed>();
        lookups.put(partition, answer);
        if (!hidden.contains(partition)) {
            answer(partition);
        }
        return answer;
    }

    @Override
    public CompletableFuture<Map<String, Optional<String>>> ids(Set<String> topics) {
        var ids = new HashMap<String, Optional<String>>();
        for (String topic : topics) {
            boolean exists = !cluster.deletedTopics.contains(topic);
            ids.put(topic, exists ? Optional.of(cluster.topicId) : Optional.empty());
        }
        return CompletableFuture.completedFuture(ids);
    }

    /** Answers the lookup of a committed offset, as after the end of the hiding transaction. */
    void answer(TopicPartition partition) {
        Objects.requireNonNull(lookups.get(partition))
                .complete(new Committed(cluster.topicId, cluster.committed.get(partition)));
    }

    @Override
    public Optional<Map<TopicPartition, MissingOffset>> missingOffsets(
            Set<TopicPartition> partitions) {
        var missingOffsets = new HashMap<TopicPartition, MissingOffset>();
        partitions.forEach(id -> missingOffsets.put(id, missingOffset(id)));
        return isUnresponsive ? Optional.empty() : Optional.of(missingOffsets);
    }

    private MissingOffset missingOffset(TopicPartition id) {
        boolean isMarked =
                cluster.outputs.stream()
                        .filter(it -> it.topic().equals(CONTROL))
                        .anyMatch(it -> new String(it.key(), UTF_8).equals(key(id)));
        return isMarked
                ? new MissingOffset.OffsetLost(0, "its offset was lost")
                : new MissingOffset.FirstUse(
                        cluster.topicId,
                        0,
                        new ProducerRecord<>(CONTROL, key(id).getBytes(UTF_8), new byte[0]));
    }

    private String key(TopicPartition id) {
        return id + " " + cluster.topicId;
    }

    @Override
    public void deleteBelow(Map<TopicPartition, Long> offsets) {
        deleted.add(offsets);
    }

    @Override
    public void close() {
        isClosed = true;
    }

    /** A future that refuses to block, because the loop must also serve other partitions. */
    private static final class NonBlockingFuture<T> extends CompletableFuture<T> {
        @Override
        public T get() throws InterruptedException, ExecutionException {
            requireDone();
            return super.get();
        }

        @Override
        public T get(long timeout, TimeUnit unit)
                throws InterruptedException, ExecutionException, TimeoutException {
            requireDone();
            return super.get(timeout, unit);
        }

        @Override
        public T join() {
            requireDone();
            return super.join();
        }

        private void requireDone() {
            if (!isDone()) {
                throw new AssertionError("the loop's thread waits for an answer");
            }
        }
    }
}
