package dev.millrace.router.semantic;

import dev.millrace.router.entry.EntryKey;
import dev.millrace.router.entry.EntryRange;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;

/** Remembers which waiting jobs wait for the embedding of their question, for the next start. */
final class PendingStore {
    private final KeyValueStore<Bytes, byte[]> entries;

    PendingStore(KeyValueStore<Bytes, byte[]> entries) {
        this.entries = entries;
    }

    /**
     * A waiting job.
     *
     * @param namespace of its cache key, under which it waits
     * @param sequence its position among the waiting jobs
     */
    record Pending(String namespace, long sequence) {}

    /** Remembers a job. */
    void add(Pending job) {
        entries.put(key(job), new byte[0]);
    }

    /** Forgets a job. */
    void remove(Pending job) {
        entries.delete(key(job));
    }

    /** Returns all jobs, in their order. */
    List<Pending> all() {
        return EntryRange.read(
                        entries,
                        EntryKey.first(QuestionKind.PENDING),
                        EntryKey.last(QuestionKind.PENDING),
                        Integer.MAX_VALUE)
                .stream()
                .map(it -> new Pending(EntryKey.hashAfterNumber(it.key), EntryKey.number(it.key)))
                .toList();
    }

    private static Bytes key(Pending job) {
        return EntryKey.of(QuestionKind.PENDING, job.sequence(), job.namespace());
    }
}
