package dev.millrace.gateway.publish;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;

/**
 * The postponed batches at the head of each partition, in the order of their offsets. Their records
 * stay in place until they are due, unless a submission behind them is published first: then they
 * are moved behind it. Used by one thread.
 */
final class PostponedBatches {
    private final Map<TopicPartition, Deque<OwnedBatch>> heads = new HashMap<>();

    /** Adds a batch behind the others of its partition. */
    void add(OwnedBatch batch) {
        heads.computeIfAbsent(batch.partition(), _ -> new ArrayDeque<>()).add(batch);
    }

    /** Forgets the batches of a partition. */
    void forget(TopicPartition partition) {
        heads.remove(partition);
    }

    /** Removes and returns a batch that is due and the first of its partition. */
    Optional<OwnedBatch> takeDue(Instant now) {
        for (Deque<OwnedBatch> head : heads.values()) {
            OwnedBatch first = head.peek();
            if (first != null && !first.notBefore().isAfter(now)) {
                return Optional.of(head.remove());
            }
        }
        return Optional.empty();
    }

    /** Removes and returns the batches of a partition whose offset is lower. */
    List<OwnedBatch> takeBefore(TopicPartition partition, long offset) {
        Deque<OwnedBatch> head = heads.getOrDefault(partition, new ArrayDeque<>());
        var taken = new ArrayList<OwnedBatch>();
        for (OwnedBatch first = head.peek();
                first != null && first.offset() < offset;
                first = head.peek()) {
            taken.add(head.remove());
        }
        return taken;
    }

    /** Returns the number of batches. */
    int count() {
        return heads.values().stream().mapToInt(Deque::size).sum();
    }

    /** Returns when each batch was created. */
    Stream<Instant> since() {
        return heads.values().stream()
                .flatMap(Deque::stream)
                .map(it -> it.submission().createdAt());
    }
}
