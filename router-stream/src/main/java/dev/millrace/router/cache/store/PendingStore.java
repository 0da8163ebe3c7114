package dev.millrace.router.cache.store;

import dev.millrace.router.entry.EntryKey;
import dev.millrace.router.entry.EntryRange;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;

/** Remembers which waiting jobs wait for the embedding of their question, for the next start. */
public final class PendingStore {
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
    public record Pending(String namespace, long sequence) {}

    /** Remembers a job. */
    public void add(Pending job) {
        entries.put(key(job), new byte[0]);
    }

    /** Forgets a job. */
    public void remove(Pending job) {
        entries.delete(key(job));
    }

    /** Returns all jobs, in their order. */
    public List<Pending> all() {
        return EntryRange.read(
                        entries,
                        EntryKey.first(CacheKind.PENDING),
                        EntryKey.last(CacheKind.PENDING),
                        Integer.MAX_VALUE)
                .stream()
                .map(it -> new Pending(EntryKey.hashAfterNumber(it.key), EntryKey.number(it.key)))
                .toList();
    }

    private static Bytes key(Pending job) {
        return EntryKey.of(CacheKind.PENDING, job.sequence(), job.namespace());
    }
}
