package dev.millrace.router.cache.store;

import dev.millrace.contracts.control.CacheStats;
import dev.millrace.router.entry.EntryKey;
import dev.millrace.router.entry.EntryReader;
import dev.millrace.router.entry.EntryWriter;
import java.math.BigDecimal;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Sizes and counts of one task's cache. Call {@link #save} at the end of every turn, in the
 * transaction of the counted changes.
 */
public final class CacheTotals {
    private static final byte VERSION = 1;
    private static final int TYPICAL_BYTES = 128;
    private static final Bytes KEY = EntryKey.of(CacheKind.STATS);

    private final KeyValueStore<Bytes, byte[]> entries;
    private CacheStats stats = CacheStats.NONE;
    private long questions;

    private boolean isChanged;

    CacheTotals(KeyValueStore<Bytes, byte[]> entries) {
        this.entries = entries;
        byte[] stored = entries.get(KEY);
        if (stored != null) {
            read(new EntryReader(stored, VERSION, "totals"));
        }
    }

    private void read(EntryReader in) {
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
                        in.number(),
                        in.amount());
        questions = in.number();
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
                        .number(stats.entries())
                        .number(stats.bytes())
                        .number(stats.hits())
                        .number(stats.stale())
                        .number(stats.collapsed())
                        .number(stats.misses())
                        .number(stats.evicted())
                        .number(stats.expired())
                        .number(stats.semantic())
                        .text(stats.savedUsd().toPlainString())
                        .number(questions)
                        .toBytes());
    }

    /** Returns the sizes and counts. */
    public CacheStats stats() {
        return stats;
    }

    /** Returns the number of stored questions. */
    public long questions() {
        return questions;
    }

    /** Counts a change; its sizes can be negative. */
    public void add(CacheStats change) {
        stats = stats.plus(change);
        isChanged = true;
    }

    void onAnswers(int added, long bytes) {
        add(new CacheStats(added, bytes, 0, 0, 0, 0, 0, 0, 0, BigDecimal.ZERO));
    }

    /** Counts a job that got a fresh answer. */
    public void onHit(BigDecimal savedUsd) {
        add(new CacheStats(0, 0, 1, 0, 0, 0, 0, 0, 0, savedUsd));
    }

    /** Counts a job that got an expired answer. */
    public void onStaleHit(BigDecimal savedUsd) {
        add(new CacheStats(0, 0, 0, 1, 0, 0, 0, 0, 0, savedUsd));
    }

    /** Counts a job that got the outcome of an identical job. */
    public void onCollapsed(BigDecimal savedUsd) {
        add(new CacheStats(0, 0, 0, 0, 1, 0, 0, 0, 0, savedUsd));
    }

    /** Counts a job that got the answer to a similar question. */
    public void onSemanticHit(BigDecimal savedUsd) {
        add(new CacheStats(0, 0, 0, 0, 0, 0, 0, 0, 1, savedUsd));
    }

    /** Counts stored questions; negative for removed ones. */
    public void onQuestions(int added) {
        questions += added;
        isChanged = true;
    }

    /** Counts a job that is called. */
    public void onMiss() {
        add(new CacheStats(0, 0, 0, 0, 0, 1, 0, 0, 0, BigDecimal.ZERO));
    }

    void onEvicted() {
        add(new CacheStats(0, 0, 0, 0, 0, 0, 1, 0, 0, BigDecimal.ZERO));
    }

    void onExpired() {
        add(new CacheStats(0, 0, 0, 0, 0, 0, 0, 1, 0, BigDecimal.ZERO));
    }
}
