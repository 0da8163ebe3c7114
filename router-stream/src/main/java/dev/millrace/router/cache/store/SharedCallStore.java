package dev.millrace.router.cache.store;

import dev.millrace.router.entry.EntryKey;
import dev.millrace.router.entry.EntryRange;
import dev.millrace.router.entry.EntryScan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The shared calls, and the outcomes that passes give to followers. An unreadable shared call
 * counts as lost, and an unreadable outcome as missing, so that their followers get another leader.
 */
public final class SharedCallStore {
    private final KeyValueStore<Bytes, byte[]> entries;
    private final EntryScan all;

    SharedCallStore(KeyValueStore<Bytes, byte[]> entries) {
        this.entries = entries;
        all = new EntryScan(entries, CacheKind.SHARED_CALL);
    }

    public Optional<SharedCall> find(String cacheKey) {
        return Optional.ofNullable(entries.get(EntryKey.of(CacheKind.SHARED_CALL, cacheKey)))
                .map(SharedCallStore::sharedCall);
    }

    private static SharedCall sharedCall(byte[] entry) {
        try {
            return SharedCall.decode(entry);
        } catch (RuntimeException e) {
            return SharedCall.UNREADABLE;
        }
    }

    /** Stores a shared call. {@link #putPass} stores the data of its pass. */
    public void put(String cacheKey, SharedCall sharedCall) {
        entries.put(EntryKey.of(CacheKind.SHARED_CALL, cacheKey), sharedCall.encode());
    }

    public void delete(String cacheKey) {
        entries.delete(EntryKey.of(CacheKind.SHARED_CALL, cacheKey));
    }

    /**
     * Stores the data that a later turn needs to continue the pass of a shared call.
     *
     * @param outcome null if the pass has none
     */
    public void putPass(String cacheKey, @Nullable SharedOutcome outcome) {
        entries.put(EntryKey.of(CacheKind.PASS, cacheKey), new byte[0]);
        Bytes key = EntryKey.of(CacheKind.PASS_OUTCOME, cacheKey);
        if (outcome == null) {
            entries.delete(key);
        } else {
            entries.put(key, outcome.encode());
        }
    }

    /** Deletes the data stored for a pass. */
    public void deletePass(String cacheKey) {
        entries.delete(EntryKey.of(CacheKind.PASS, cacheKey));
        entries.delete(EntryKey.of(CacheKind.PASS_OUTCOME, cacheKey));
    }

    /** Returns the outcome that the pass of a shared call gives to followers. */
    public Optional<SharedOutcome> outcome(String cacheKey) {
        return Optional.ofNullable(entries.get(EntryKey.of(CacheKind.PASS_OUTCOME, cacheKey)))
                .flatMap(SharedOutcome::decode);
    }

    /**
     * Returns the keys of some shared calls with an incomplete pass, in key order after a given
     * key, and then from the first key.
     *
     * @param after the key before the first one; null to begin with the lowest key
     */
    public List<String> passing(@Nullable String after, int max) {
        Bytes lowest = EntryKey.first(CacheKind.PASS);
        if (after == null) {
            return passing(lowest, EntryKey.last(CacheKind.PASS), max);
        }
        Bytes begin = EntryKey.after(EntryKey.of(CacheKind.PASS, after));
        var found = new ArrayList<>(passing(begin, EntryKey.last(CacheKind.PASS), max));
        found.addAll(passing(lowest, begin, max - found.size()));
        return found;
    }

    private List<String> passing(Bytes from, Bytes to, int max) {
        return EntryRange.read(entries, from, to, max).stream()
                .map(it -> EntryKey.hash(it.key))
                .toList();
    }

    /**
     * Returns the cache keys of some lost shared calls. Visits all of them after each change of the
     * bound, a page in each turn.
     *
     * @param lostBeforeMillis see {@link SharedCall#isLost}
     */
    public List<String> lost(long lostBeforeMillis) {
        return all.pageBecauseOf(lostBeforeMillis).stream()
                .filter(it -> sharedCall(it.value).isLost(lostBeforeMillis))
                .map(it -> EntryKey.hash(it.key))
                .toList();
    }
}
