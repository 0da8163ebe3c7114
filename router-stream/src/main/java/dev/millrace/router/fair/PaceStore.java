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
 * Keeps the pace of one partition through crashes and moves. Small: one entry for each tenant that
 * is ahead at a model, and one for the model.
 *
 * <p>What changes is written a few times a commit, and only as it is then: each job moves a mark
 * and a time. A stop or a crash may lose the moves of the last ten milliseconds, which makes a
 * tenant a few jobs more or less ahead, until {@link FairPace} levels it. The cache of Streams
 * would lose nothing, but flushes the producer once for each task.
 */
public final class PaceStore implements PaceLog {
    /** Of the store; its changelog is named after it. */
    public static final String NAME = "pace";

    private final KeyValueStore<String, byte[]> entries;

    /** By key, what is to be written; without a value, deleted. */
    private final Map<String, Optional<PaceEntry>> changed = new HashMap<>();

    private PaceStore(KeyValueStore<String, byte[]> entries) {
        this.entries = entries;
    }

    /** In memory, since it is small. */
    public static StoreBuilder<KeyValueStore<String, byte[]>> builder() {
        return Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore(NAME), Serdes.String(), Serdes.ByteArray())
                .withCachingDisabled()
                .withLoggingEnabled(Map.of("cleanup.policy", "compact"));
    }

    /**
     * The pace as it was stored, which stores itself from here on. What another one has changed and
     * not flushed is none of it. Where another version has written, it begins anew: marks mean
     * nothing without the time that they were set at.
     */
    public static FairPace restore(
            KeyValueStore<String, byte[]> store, Fairness fairness, long nowMillis) {
        var log = new PaceStore(store);
        var pace = new FairPace(fairness, log);
        Map<String, Optional<PaceEntry>> stored = log.stored();
        if (stored.values().stream().allMatch(Optional::isPresent)) {
            stored.values().stream()
                    .flatMap(Optional::stream)
                    .forEach(it -> pace.restore(it, nowMillis));
        } else {
            stored.keySet().forEach(key -> log.changed.put(key, Optional.empty()));
        }
        return pace;
    }

    /** By key; empty for what another version wrote. */
    private Map<String, Optional<PaceEntry>> stored() {
        Map<String, Optional<PaceEntry>> stored = new HashMap<>();
        try (KeyValueIterator<String, byte[]> all = entries.all()) {
            all.forEachRemaining(it -> stored.put(it.key, PaceEntry.read(it.key, it.value)));
        }
        return stored;
    }

    @Override
    public void onMark(String model, String tenant, Mark mark) {
        put(PaceEntry.mark(model, tenant, mark));
    }

    @Override
    public void onLevel(String model, String tenant) {
        changed.put(PaceEntry.key(model, tenant), Optional.empty());
    }

    @Override
    public void onTime(String model, double virtualTime) {
        if (virtualTime == 0) {
            changed.put(PaceEntry.key(model), Optional.empty());
        } else {
            put(PaceEntry.time(model, virtualTime));
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
