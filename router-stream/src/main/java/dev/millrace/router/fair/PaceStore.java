package dev.millrace.router.fair;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Stores the pace of one partition for restarts and moves: one entry per tenant that is ahead at a
 * model, and one per model.
 *
 * <p>Changes are collected and written once a second, because every job changes a tag and a time. A
 * stop or a crash can lose the last second of changes. A tenant is then a few
 * jobs more or less ahead until {@link FairLaneAssigner} resets the model. The cache of Kafka
 * Streams would lose nothing, but it flushes the producer once per task.
 */
public final class PaceStore implements PaceLog {
    /** Name of the store, which names its changelog. */
    public static final String NAME = "pace";

    private final KeyValueStore<String, byte[]> entries;

    /** Unwritten changes by key; empty for a deletion. */
    private final Map<String, Optional<PaceEntry>> changed = new HashMap<>();

    private PaceStore(KeyValueStore<String, byte[]> entries) {
        this.entries = entries;
    }

    /** Builds the store, in memory because it is small. */
    public static StoreBuilder<KeyValueStore<String, byte[]>> builder() {
        return Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore(NAME), Serdes.String(), Serdes.ByteArray())
                .withCachingDisabled()
                .withLoggingEnabled(Map.of("cleanup.policy", "compact"));
    }

    /**
     * Restores an assigner from a store, and connects it to the store. If any entry has an unknown
     * version, the assigner starts empty and the entries are deleted: tags are meaningless without
     * their virtual time.
     */
    public static FairLaneAssigner restore(
            KeyValueStore<String, byte[]> store, FairnessConfig fairness, long nowMillis) {
        var log = new PaceStore(store);
        var assigner = new FairLaneAssigner(fairness, log);
        Map<String, Optional<PaceEntry>> stored = log.stored();
        if (stored.values().stream().allMatch(Optional::isPresent)) {
            stored.values().stream()
                    .flatMap(Optional::stream)
                    .forEach(it -> assigner.restore(it, nowMillis));
        } else {
            stored.keySet().forEach(key -> log.changed.put(key, Optional.empty()));
        }
        return assigner;
    }

    /** Returns all entries by key; empty for an unknown version. */
    private Map<String, Optional<PaceEntry>> stored() {
        Map<String, Optional<PaceEntry>> stored = new HashMap<>();
        try (KeyValueIterator<String, byte[]> all = entries.all()) {
            all.forEachRemaining(it -> stored.put(it.key, PaceEntry.read(it.key, it.value)));
        }
        return stored;
    }

    @Override
    public void onTag(String model, String tenant, FinishTag tag) {
        put(PaceEntry.ofTag(model, tenant, tag));
    }

    @Override
    public void onTagRemoved(String model, String tenant) {
        changed.put(PaceEntry.key(model, tenant), Optional.empty());
    }

    @Override
    public void onTime(String model, double virtualTime) {
        if (virtualTime == 0) {
            changed.put(PaceEntry.key(model), Optional.empty());
        } else {
            put(PaceEntry.ofModelTime(model, virtualTime));
        }
    }

    @Override
    public void flush() {
        changed.forEach(
                (key, entry) ->
                        entry.ifPresentOrElse(
                                it -> entries.put(key, it.value()), () -> entries.delete(key)));
        changed.clear();
    }

    private void put(PaceEntry entry) {
        changed.put(entry.key(), Optional.of(entry));
    }
}
