package dev.millrace.router.dedupe;

import dev.millrace.contracts.job.JobId;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Stores the seen jobs of one partition. {@link DuplicateDetector} adds jobs, this class marks them
 * as ended.
 */
public final class SeenJobStore {
    /** Name of the store and part of the name of its changelog. */
    public static final String NAME = "seen-jobs";

    private final KeyValueStore<Bytes, byte[]> entries;

    public SeenJobStore(KeyValueStore<Bytes, byte[]> entries) {
        this.entries = entries;
    }

    /**
     * Returns a builder of the store, without a cache, since frequent commits would flush it at
     * once. The changelog is compacted without retention. Only {@link SeenJobSweeper} deletes
     * expired jobs, so repeats are still detected after a pause of any length.
     */
    public static StoreBuilder<KeyValueStore<Bytes, byte[]>> builder() {
        return Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(NAME), Serdes.Bytes(), Serdes.ByteArray())
                .withCachingDisabled()
                .withLoggingEnabled(Map.of("cleanup.policy", "compact"));
    }

    /**
     * Marks a job as ended.
     *
     * @param endedMillis by the worker's clock, which can be wrong
     * @param nowMillis the router's clock
     * @return when the job was routed; empty when it is unknown or had already ended
     */
    public OptionalLong onEnd(JobId jobId, long endedMillis, long nowMillis) {
        Bytes key = SeenJob.key(jobId);
        byte[] stored = entries.get(key);
        if (stored == null) {
            return OptionalLong.empty();
        }
        SeenJob job = SeenJob.decode(stored);
        if (job.hasEnded()) {
            return OptionalLong.empty();
        }
        entries.put(key, job.toEnded(endedMillis, nowMillis).encode());
        return OptionalLong.of(job.atMillis());
    }

    /** Returns true if a job is known to have ended. */
    public boolean hasEnded(JobId jobId) {
        byte[] stored = entries.get(SeenJob.key(jobId));
        return stored != null && SeenJob.decode(stored).hasEnded();
    }

    /**
     * Records that an unfinished job, parked at first, has been routed. From then on it can be in a
     * job topic, which decides whether it is lost.
     */
    public void onRoutedLater(JobId jobId, long nowMillis) {
        Bytes key = SeenJob.key(jobId);
        byte[] stored = entries.get(key);
        if (stored != null) {
            SeenJob job = SeenJob.decode(stored);
            if (!job.hasEnded()) {
                entries.put(key, SeenJob.open(nowMillis, job.digest()).encode());
            }
        }
    }
}
