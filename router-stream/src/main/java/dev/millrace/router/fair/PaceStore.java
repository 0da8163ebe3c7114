package dev.millrace.router.fair;

import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Keeps the pace of one partition through crashes and moves. Small: one entry for each tenant that
 * is ahead at a model, and one for the model.
 */
public final class PaceStore implements PaceLog {
    /** Of the store; its changelog is named after it. */
    public static final String NAME = "pace";

    private final KeyValueStore<String, byte[]> entries;

    private PaceStore(KeyValueStore<String, byte[]> entries) {
        this.entries = entries;
    }

    /** In memory, since it is small; the cache spares the changelog what a commit makes old. */
    public static StoreBuilder<KeyValueStore<String, byte[]>> builder() {
        return Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore(NAME), Serdes.String(), Serdes.ByteArray())
                .withCachingEnabled()
                .withLoggingEnabled(Map.of("cleanup.policy", "compact"));
    }

    /** The pace as it was stored, which stores itself from here on. */
    public static FairPace restore(KeyValueStore<String, byte[]> store, Fairness fairness) {
        var pace = new FairPace(fairness, new PaceStore(store));
        try (KeyValueIterator<String, byte[]> all = store.all()) {
            while (all.hasNext()) {
                var stored = all.next();
                pace.restore(PaceEntry.read(stored.key, stored.value));
            }
        }
        return pace;
    }

    @Override
    public void onMark(String model, String tenant, Mark mark) {
        put(PaceEntry.mark(model, tenant, mark));
    }

    @Override
    public void onLevel(String model, String tenant) {
        entries.delete(PaceEntry.key(model, tenant));
    }

    @Override
    public void onTime(String model, double virtualTime) {
        if (virtualTime == 0) {
            entries.delete(PaceEntry.key(model));
        } else {
            put(PaceEntry.time(model, virtualTime));
        }
    }

    private void put(PaceEntry entry) {
        entries.put(entry.key(), entry.value());
    }
}
