package dev.millrace.router.cache.store;

import dev.millrace.router.waiting.WaitingJobStore;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The store of one task of the cache, as its parts.
 *
 * @param entries the store itself
 * @param answers the cached answers
 * @param sharedCalls the running calls that identical jobs wait for
 * @param followers the waiting jobs
 * @param totals sizes and counts
 */
public record CacheStore(
        KeyValueStore<Bytes, byte[]> entries,
        AnswerStore answers,
        SharedCallStore sharedCalls,
        WaitingJobStore followers,
        CacheTotals totals) {
    /** Name of the store and part of the name of its changelog. */
    public static final String NAME = "cache";

    /** Returns the parts of a store, with its totals read. */
    public static CacheStore of(KeyValueStore<Bytes, byte[]> entries) {
        var totals = new CacheTotals(entries);
        return new CacheStore(
                entries,
                new AnswerStore(entries, totals),
                new SharedCallStore(entries),
                new WaitingJobStore(entries),
                totals);
    }
}
