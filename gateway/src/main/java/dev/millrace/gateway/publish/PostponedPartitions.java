package dev.millrace.gateway.publish;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;

/**
 * The partitions that are briefly paused, because the gateway that received their next batch can
 * still refuse it. Later submissions of a paused partition wait too. Used by one thread.
 */
final class PostponedPartitions {
    private final Map<TopicPartition, Pause> pauses = new HashMap<>();

    /**
     * @param since when the batch was created
     */
    private record Pause(Instant since, Instant end) {}

    void postpone(OwnedBatch batch, Instant end) {
        pauses.put(batch.partition(), new Pause(batch.submission().createdAt(), end));
    }

    /** Forgets a partition that belongs to another member. */
    void onReleased(TopicPartition partition) {
        pauses.remove(partition);
    }

    /** Returns the partitions that still wait. */
    Set<TopicPartition> waiting(Instant now) {
        pauses.values().removeIf(it -> !it.end.isAfter(now));
        return Set.copyOf(pauses.keySet());
    }

    /** Returns the number of partitions that waited at the last look. */
    int count() {
        return pauses.size();
    }

    /** Returns when each of these batches was created. */
    Stream<Instant> since() {
        return pauses.values().stream().map(Pause::since);
    }
}
