package dev.millrace.contracts.control;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * The records about the answer cache.
 *
 * @param purges each purge by its id, expired ones included
 * @param partitions sizes and counts of each partition of the cache, by its number
 */
public record CacheControl(Map<String, CachePurge> purges, Map<Integer, CacheStats> partitions) {
    static final CacheControl EMPTY = new CacheControl(Map.of(), Map.of());

    public CacheControl {
        purges = Map.copyOf(purges);
        partitions = Map.copyOf(partitions);
    }

    /** Returns the sums over all partitions. */
    public CacheStats total() {
        return partitions.values().stream().reduce(CacheStats.NONE, CacheStats::plus);
    }

    /** Returns the records without expired purges; this object if there are none. */
    CacheControl inEffect(Instant now) {
        if (purges.values().stream().noneMatch(it -> it.isExpired(now))) {
            return this;
        }
        var remaining = new HashMap<>(purges);
        remaining.values().removeIf(it -> it.isExpired(now));
        return new CacheControl(remaining, partitions);
    }
}
