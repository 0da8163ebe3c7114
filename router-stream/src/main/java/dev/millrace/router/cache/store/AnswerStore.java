package dev.millrace.router.cache.store;

import dev.millrace.router.entry.EntryKey;
import dev.millrace.router.entry.EntryRange;
import dev.millrace.router.entry.EntryScan;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiPredicate;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The cached answers, and an index by their last use. The last use is known only to the minute, so
 * that most uses write nothing.
 */
public final class AnswerStore {
    /** Most answers that one turn evicts. */
    private static final int MAX_TURN = 256;

    private final KeyValueStore<Bytes, byte[]> entries;
    private final CacheTotals totals;

    /** Start of the search for the least recently used answer; skips deleted entries. */
    private Bytes oldest = EntryKey.first(CacheKind.LAST_USE);

    private final EntryScan swept;

    AnswerStore(KeyValueStore<Bytes, byte[]> entries, CacheTotals totals) {
        this.entries = entries;
        this.totals = totals;
        swept = new EntryScan(entries, CacheKind.ANSWER_INFO);
    }

    /** Returns the information about the answer for a key. */
    public Optional<AnswerInfo> find(String cacheKey) {
        return Optional.ofNullable(entries.get(EntryKey.of(CacheKind.ANSWER_INFO, cacheKey)))
                .map(AnswerInfo::decode);
    }

    /** Returns the result line of an answer that was found, and remembers this use. */
    public byte[] use(String cacheKey, AnswerInfo info, long nowMillis) {
        long minute = AnswerInfo.minute(nowMillis);
        if (minute > info.lastUseMinute()) {
            entries.delete(EntryKey.of(CacheKind.LAST_USE, info.lastUseMinute(), cacheKey));
            putInfo(cacheKey, info.usedAt(minute));
        }
        return Objects.requireNonNull(entries.get(EntryKey.of(CacheKind.ANSWER, cacheKey)));
    }

    /** Stores an answer, or replaces an earlier one. */
    public void put(String cacheKey, AnswerInfo info, byte[] line) {
        find(cacheKey).ifPresent(earlier -> delete(cacheKey, earlier));
        putInfo(cacheKey, info);
        entries.put(EntryKey.of(CacheKind.ANSWER, cacheKey), line);
        totals.onAnswers(1, line.length);
    }

    private void putInfo(String cacheKey, AnswerInfo info) {
        Bytes use = EntryKey.of(CacheKind.LAST_USE, info.lastUseMinute(), cacheKey);
        if (use.compareTo(oldest) < 0) {
            oldest = use;
        }
        entries.put(use, new byte[0]);
        entries.put(EntryKey.of(CacheKind.ANSWER_INFO, cacheKey), info.encode());
    }

    private void delete(String cacheKey, AnswerInfo info) {
        entries.delete(EntryKey.of(CacheKind.LAST_USE, info.lastUseMinute(), cacheKey));
        entries.delete(EntryKey.of(CacheKind.ANSWER_INFO, cacheKey));
        entries.delete(EntryKey.of(CacheKind.ANSWER, cacheKey));
        totals.onAnswers(-1, -info.bytes());
    }

    /** Evicts the least recently used answers until the limits hold, or a turn is over. */
    public int evict(long maxEntries, long maxBytes) {
        int evicted = 0;
        while (isOver(maxEntries, maxBytes) && evicted < MAX_TURN) {
            var found = EntryRange.read(entries, oldest, EntryKey.last(CacheKind.LAST_USE), 1);
            if (found.isEmpty()) {
                return evicted;
            }
            oldest = found.getFirst().key;
            String cacheKey = EntryKey.hashAfterNumber(oldest);
            find(cacheKey).ifPresent(info -> delete(cacheKey, info));
            entries.delete(oldest);
            totals.onEvicted();
            evicted++;
        }
        return evicted;
    }

    private boolean isOver(long maxEntries, long maxBytes) {
        return totals.stats().entries() > maxEntries || totals.stats().bytes() > maxBytes;
    }

    /**
     * Checks the next answers in key order, and deletes the unusable ones. After the last answer,
     * the next sweep begins with the first one.
     *
     * @param isUnusable tests an answer with its cache key
     * @return number of deleted answers
     */
    public int sweep(BiPredicate<String, AnswerInfo> isUnusable) {
        List<String> unusable = new ArrayList<>();
        for (var entry : swept.pageInTurn()) {
            String cacheKey = EntryKey.hash(entry.key);
            if (isUnusable.test(cacheKey, AnswerInfo.decode(entry.value))) {
                unusable.add(cacheKey);
            }
        }
        unusable.forEach(this::expire);
        return unusable.size();
    }

    private void expire(String cacheKey) {
        find(cacheKey).ifPresent(info -> delete(cacheKey, info));
        totals.onExpired();
    }
}
