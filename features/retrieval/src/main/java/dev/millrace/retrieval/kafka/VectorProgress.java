package dev.millrace.retrieval.kafka;

import dev.millrace.retrieval.vector.VectorCodec;
import dev.millrace.retrieval.vector.VectorEntry;
import dev.millrace.retrieval.vector.VectorRecord;
import dev.millrace.retrieval.vector.VectorSpace;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Finds out from the vectors themselves which documents have theirs. The cluster forgets the
 * offsets of a group that has been away for a week; without this, all documents would be paid
 * again.
 */
final class VectorProgress {
    private static final Duration POLL_WAIT = Duration.ofMillis(200);

    private VectorProgress() {}

    /** Returns the offset after the last document of a partition that was embedded. */
    static OptionalLong next(RetrievalClients clients, VectorSpace space, int partition) {
        OptionalLong next = OptionalLong.empty();
        try (KafkaVectorLog log = KafkaVectorLog.open(clients)) {
            log.seek(Map.of());
            long end = log.ends().getOrDefault(partition, 0L);
            while (log.positions().getOrDefault(partition, end) < end) {
                for (VectorRecord it : log.poll(Set.of(partition), POLL_WAIT)) {
                    var entry = VectorCodec.parse(space, it.key(), it.value());
                    if (entry.isPresent() && entry.get() instanceof VectorEntry.Progress done) {
                        next = OptionalLong.of(done.document() + 1);
                    }
                }
            }
        }
        return next;
    }
}
