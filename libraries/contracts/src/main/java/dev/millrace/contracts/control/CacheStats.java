package dev.millrace.contracts.control;

import dev.millrace.contracts.json.JsonFields;
import dev.millrace.contracts.money.Usd;
import java.math.BigDecimal;

/**
 * Sizes and counts of the answer cache, of one partition or of several together. The counts never
 * decrease.
 *
 * @param entries number of stored answers
 * @param bytes size of the stored answers
 * @param hits jobs that got a stored answer within its time to live
 * @param stale jobs that got an expired answer while a breaker was open
 * @param collapsed jobs that waited for the outcome of an identical job and got it
 * @param misses jobs that were called after a lookup in the cache
 * @param evicted answers removed because the cache was full
 * @param expired answers removed because of their age
 * @param semantic jobs that got the answer to a similar question
 * @param savedUsd cost of the avoided calls, in US dollars
 */
public record CacheStats(
        long entries,
        long bytes,
        long hits,
        long stale,
        long collapsed,
        long misses,
        long evicted,
        long expired,
        long semantic,
        BigDecimal savedUsd) {
    /** The statistics of an empty cache that was never asked. */
    public static final CacheStats NONE =
            new CacheStats(0, 0, 0, 0, 0, 0, 0, 0, 0, BigDecimal.ZERO);

    public CacheStats {
        savedUsd = Usd.normalised(savedUsd);
    }

    /** Returns the sums of these statistics and the others. */
    public CacheStats plus(CacheStats other) {
        return new CacheStats(
                entries + other.entries,
                bytes + other.bytes,
                hits + other.hits,
                stale + other.stale,
                collapsed + other.collapsed,
                misses + other.misses,
                evicted + other.evicted,
                expired + other.expired,
                semantic + other.semantic,
                savedUsd.add(other.savedUsd));
    }

    /** Returns the record of a partition. */
    public ControlRecord record(int partition) {
        var json = JsonFields.object();
        json.put("entries", entries);
        json.put("bytes", bytes);
        json.put("hits", hits);
        json.put("stale", stale);
        json.put("collapsed", collapsed);
        json.put("misses", misses);
        json.put("evicted", evicted);
        json.put("expired", expired);
        if (semantic > 0) {
            json.put("semantic", semantic);
        }
        json.put("saved_usd", savedUsd);
        return new ControlRecord(new ControlKey.CachePartition(partition), JsonFields.bytes(json));
    }

    /**
     * Reads a record's value.
     *
     * @throws IllegalArgumentException if the value is not a statistic of the cache
     */
    static CacheStats of(byte[] value) {
        var json = JsonFields.read(value, "a statistic of the cache");
        return new CacheStats(
                json.number("entries", 0),
                json.number("bytes", 0),
                json.number("hits", 0),
                json.number("stale", 0),
                json.number("collapsed", 0),
                json.number("misses", 0),
                json.number("evicted", 0),
                json.number("expired", 0),
                json.node().has("semantic") ? json.number("semantic", 0) : 0,
                json.decimal("saved_usd"));
    }
}
