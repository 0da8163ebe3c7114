package dev.millrace.retrieval.job;

import dev.millrace.retrieval.document.DocumentKey.CollectionId;
import dev.millrace.retrieval.index.PassageHit;
import dev.millrace.retrieval.index.PassageQuery;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Caches the hits of the latest searches until their collection changes. Evicts the least recently
 * used search. Belongs to one thread.
 */
final class SearchCache {
    private final int maxPassages;
    private final Map<Key, Found> searches = new LinkedHashMap<>(16, 0.75f, true);
    private int passages;

    private record Key(CollectionId collection, PassageQuery query) {}

    private record Found(Object version, List<PassageHit> hits) {
        /** A search without passages takes memory too. */
        int size() {
            return 1 + hits.size();
        }
    }

    /**
     * @param maxPassages most passages that are kept; one takes about 2 KiB
     */
    SearchCache(int maxPassages) {
        this.maxPassages = maxPassages;
    }

    /** Returns the hits of an earlier search; empty if there is none for this version. */
    Optional<List<PassageHit>> get(CollectionId collection, PassageQuery query, Object version) {
        @Nullable Found found = searches.get(new Key(collection, query));
        return Optional.ofNullable(found)
                .filter(it -> it.version().equals(version))
                .map(Found::hits);
    }

    void put(CollectionId collection, PassageQuery query, Object version, List<PassageHit> hits) {
        var found = new Found(version, List.copyOf(hits));
        @Nullable Found before = searches.put(new Key(collection, query), found);
        passages += found.size() - (before == null ? 0 : before.size());
        Iterator<Found> oldest = searches.values().iterator();
        while (passages > maxPassages && oldest.hasNext()) {
            passages -= oldest.next().size();
            oldest.remove();
        }
    }

    int passages() {
        return passages;
    }
}
