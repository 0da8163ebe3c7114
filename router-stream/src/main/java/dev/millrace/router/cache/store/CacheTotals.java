package dev.millrace.router.cache.store;

import dev.millrace.contracts.control.CacheStats;
import dev.millrace.router.entry.EntryKey;
import dev.millrace.router.entry.EntryReader;
import dev.millrace.router.entry.EntryWriter;
import dev.millrace.router.waiting.WaitingTotals;
import java.math.BigDecimal;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Sizes and counts of one task's cache, in two entries: those of similar questions are apart, since
 * earlier versions have none. {@link #save} belongs to the end of every turn, in the transaction of
 * the changes that are counted.
 */
public final class CacheTotals implements WaitingTotals {
    private static final byte VERSION = 1;
    private static final int TYPICAL_BYTES = 128;
    private static final Bytes KEY = EntryKey.of(CacheKind.TOTALS);
    private static final Bytes SIMILAR_KEY = EntryKey.of(CacheKind.SIMILAR_TOTALS);

    private final KeyValueStore<Bytes, byte[]> entries;
    private CacheStats stats = CacheStats.NONE;
    private long waiting;
    private long nextSequence;
    private long questions;

    /** Whether there is, or was, something to count in the second entry. */
    private boolean hasSimilar;

    private boolean isChanged;

    CacheTotals(KeyValueStore<Bytes, byte[]> entries) {
        this.entries = entries;
        byte[] stored = entries.get(KEY);
        if (stored != null) {
            byte[] similar = entries.get(SIMILAR_KEY);
            read(
                    new EntryReader(stored, VERSION, "totals"),
                    similar == null ? 0 : readSimilar(new EntryReader(similar, VERSION, "totals")));
        }
    }

    /** Returns the jobs that got the answer to a similar question. */
    private long readSimilar(EntryReader in) {
        hasSimilar = true;
        questions = in.number();
        return in.number();
    }

    private void read(EntryReader in, long similar) {
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
                        similar,
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
        hasSimilar |= questions > 0 || stats.semantic() > 0;
        if (hasSimilar) {
            entries.put(
                    SIMILAR_KEY,
                    new EntryWriter(VERSION, 2 * Long.BYTES)
                            .number(questions)
                            .number(stats.semantic())
                            .toBytes());
        }
    }

    /** Returns the sizes and counts. */
    public CacheStats stats() {
        return stats;
    }

    /** Returns the number of stored questions. */
    public long questions() {
        return questions;
    }

    @Override
    public long waiting() {
        return waiting;
    }

    @Override
    public long nextSequence() {
        return nextSequence;
    }

    @Override
    public void onAdded() {
        waiting++;
        nextSequence++;
        isChanged = true;
    }

    @Override
    public void onRemoved() {
        waiting--;
        isChanged = true;
    }

    /** Counts a change; its sizes may be negative. */
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

    void onQuestions(int added) {
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
