package dev.millrace.router.cache.store;

import dev.millrace.router.waiting.WaitingJobStore;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The store of one task of the cache, as its parts.
 *
 * @param answers the cached answers
 * @param sharedCalls the running calls that identical jobs wait for
 * @param followers the waiting jobs
 * @param questions the questions whose answers similar questions can get
 * @param pending the waiting jobs whose questions need an embedding
 * @param verifications how often answers to similar questions were right
 * @param totals sizes and counts
 */
public record CacheStore(
        AnswerStore answers,
        SharedCallStore sharedCalls,
        WaitingJobStore followers,
        QuestionStore questions,
        PendingStore pending,
        VerificationStore verifications,
        CacheTotals totals) {
    /** Name of the store and part of the name of its changelog. */
    public static final String NAME = "cache";

    /** Returns the parts of a store, with its totals read. */
    public static CacheStore of(KeyValueStore<Bytes, byte[]> entries) {
        var totals = new CacheTotals(entries);
        return new CacheStore(
                new AnswerStore(entries, totals),
                new SharedCallStore(entries),
                new WaitingJobStore(entries),
                new QuestionStore(entries, totals),
                new PendingStore(entries),
                new VerificationStore(entries),
                totals);
    }
}
