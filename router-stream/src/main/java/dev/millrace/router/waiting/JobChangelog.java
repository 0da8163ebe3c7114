package dev.millrace.router.waiting;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** Settings of the changelog of a store in which jobs wait. The changelog never expires records. */
public final class JobChangelog {
    /**
     * Time for which compaction keeps tombstones. A router with older local state could miss a
     * tombstone that compaction has removed, and an ended job would wait again.
     */
    public static final Duration TOMBSTONE_RETENTION = Duration.ofHours(1);

    private JobChangelog() {}

    /**
     * Returns a builder of a store with such a changelog, and without a cache, since frequent
     * commits would flush it at once.
     *
     * @param segmentBytes segment size of the changelog; a broker rejects longer records
     */
    public static StoreBuilder<KeyValueStore<Bytes, byte[]>> store(String name, int segmentBytes) {
        return Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(name), Serdes.Bytes(), Serdes.ByteArray())
                .withCachingDisabled()
                .withLoggingEnabled(settings(segmentBytes));
    }

    /** Returns the settings of a new changelog. */
    public static Map<String, String> settings(int segmentBytes) {
        return Map.of(
                TopicConfig.CLEANUP_POLICY_CONFIG,
                TopicConfig.CLEANUP_POLICY_COMPACT,
                TopicConfig.DELETE_RETENTION_MS_CONFIG,
                Long.toString(TOMBSTONE_RETENTION.toMillis()),
                TopicConfig.SEGMENT_BYTES_CONFIG,
                Integer.toString(segmentBytes));
    }
}
