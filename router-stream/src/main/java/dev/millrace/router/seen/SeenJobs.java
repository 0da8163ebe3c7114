package dev.millrace.router.seen;

import dev.millrace.contracts.job.JobId;
import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** The jobs of one partition that have been seen, in a store; {@link Repeats} adds to them. */
public final class SeenJobs {
    /** Of the store; its changelog is named after it. */
    public static final String NAME = "seen-jobs";

    private final KeyValueStore<Bytes, byte[]> entries;

    public SeenJobs(KeyValueStore<Bytes, byte[]> entries) {
        this.entries = entries;
    }

    /**
     * No cache: a commit every few milliseconds would empty it at once. The changelog is compacted
     * only; what is too old is deleted by {@link Sweep}, so that no pause makes a repeat pass.
     */
    public static StoreBuilder<KeyValueStore<Bytes, byte[]>> builder() {
        return Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(NAME), Serdes.Bytes(), Serdes.ByteArray())
                .withCachingDisabled()
                .withLoggingEnabled(Map.of("cleanup.policy", "compact"));
    }

    /**
     * A job has ended.
     *
     * @param endedMillis by the clock of the worker, which may be any
     * @param nowMillis the router's time
     * @return whether it was there, and unfinished until now
     */
    public boolean onEnd(JobId jobId, long endedMillis, long nowMillis) {
        Bytes key = SeenJob.key(jobId);
        byte[] stored = entries.get(key);
        if (stored == null) {
            return false;
        }
        SeenJob job = SeenJob.decode(stored);
        if (job.hasEnded()) {
            return false;
        }
        entries.put(key, job.toEnded(endedMillis, nowMillis).encode());
        return true;
    }
}
