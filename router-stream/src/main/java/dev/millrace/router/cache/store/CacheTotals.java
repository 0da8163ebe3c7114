package dev.millrace.router.cache.store;

import dev.millrace.contracts.control.CacheStats;
import java.math.BigDecimal;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Sizes and counts of one task's cache, in one entry. {@link #save} belongs to the end of every
 * turn, in the transaction of the changes that are counted.
 */
public final class CacheTotals {
    private static final byte VERSION = 1;
    private static final int TYPICAL_BYTES = 128;
    private static final Bytes KEY = EntryKey.of(EntryKey.Kind.TOTALS);

    private final KeyValueStore<Bytes, byte[]> entries;
    private CacheStats stats = CacheStats.NONE;
    private long waiting;
    private long nextSequence;
    private boolean isChanged;

    CacheTotals(KeyValueStore<Bytes, byte[]> entries) {
        this.entries = entries;
        byte[] stored = entries.get(KEY);
        if (stored != null) {
            read(new EntryReader(stored, VERSION, "totals"));
        }
    }

    private void read(EntryReader in) {
        waiting = in.number();
        nextSequence = in.number();
        stats =
                new CacheStats(
                        in.number(),
                        in.number(),
                        in.number(),
                        in.number(),
                        in.number(),
                        in.number(),
                        in.number(),
                        in.number(),
                        new BigDecimal(in.text()));
    }

    /** Writes the totals if they have changed. */
    public void save() {
        if (!isChanged) {
            return;
        }
        isChanged = false;
        entries.put(
                KEY,
                new EntryWriter(VERSION, TYPICAL_BYTES)
                        .number(waiting)
                        .number(nextSequence)
                        .number(stats.entries())
                        .number(stats.bytes())
                        .number(stats.hits())
                        .number(stats.stale())
                        .number(stats.collapsed())
                        .number(stats.misses())
                        .number(stats.evicted())
                        .number(stats.expired())
                        .text(stats.savedUsd().toPlainString())
                        .toBytes());
    }

    /** Returns the sizes and counts. */
    public CacheStats stats() {
        return stats;
    }

    /** Returns the number of waiting jobs. */
    public long waiting() {
        return waiting;
    }

    /** Returns a number that is above the numbers of all waiting jobs so far. */
    public long nextSequence() {
        return nextSequence;
    }

    void onFollowerAdded() {
        waiting++;
        nextSequence++;
        isChanged = true;
    }

    void onFollowerRemoved() {
        waiting--;
        isChanged = true;
    }

    /** Counts a change; its sizes may be negative. */
    public void add(CacheStats change) {
        stats = stats.plus(change);
        isChanged = true;
    }

    void onAnswers(int added, long bytes) {
        add(new CacheStats(added, bytes, 0, 0, 0, 0, 0, 0, BigDecimal.ZERO));
    }

    /** Counts a job that got a fresh answer. */
    public void onHit(BigDecimal savedUsd) {
        add(new CacheStats(0, 0, 1, 0, 0, 0, 0, 0, savedUsd));
    }

    /** Counts a job that got an expired answer. */
    public void onStaleHit(BigDecimal savedUsd) {
        add(new CacheStats(0, 0, 0, 1, 0, 0, 0, 0, savedUsd));
    }

    /** Counts a job that got the outcome of an identical job. */
    public void onCollapsed(BigDecimal savedUsd) {
        add(new CacheStats(0, 0, 0, 0, 1, 0, 0, 0, savedUsd));
    }

    /** Counts a job that is called. */
    public void onMiss() {
        add(new CacheStats(0, 0, 0, 0, 0, 1, 0, 0, BigDecimal.ZERO));
    }

    void onEvicted() {
        add(new CacheStats(0, 0, 0, 0, 0, 0, 1, 0, BigDecimal.ZERO));
    }

    void onExpired() {
        add(new CacheStats(0, 0, 0, 0, 0, 0, 0, 1, BigDecimal.ZERO));
    }
}
