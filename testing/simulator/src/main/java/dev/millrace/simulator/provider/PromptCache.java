package dev.millrace.simulator.provider;

import dev.millrace.simulator.answer.PromptPrefixes;
import dev.millrace.simulator.answer.PromptPrefixes.Prefix;
import dev.millrace.simulator.limit.SlidingSum;
import dev.millrace.simulator.settings.PromptCacheSettings;
import dev.millrace.simulator.settings.PromptCacheSettings.Match;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The prompt cache of one model. A prefix can be read once the first token of the call that wrote
 * it exists. Its lifetime begins with the arrival of the call that last wrote or read it. Guarded
 * by the lock of {@link Provider}.
 */
final class PromptCache {
    /** Blocks before a breakpoint at which an earlier call can have written. */
    private static final int LOOKBACK = 20;

    /** Prefixes and beginnings that are kept. A full cache forgets all of them. */
    private static final int MAX_ENTRIES = 1_000_000;

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final PromptCacheSettings settings;
    private final Map<Long, Entry> entries = new HashMap<>();
    private final Map<Long, SlidingSum> calls = new HashMap<>();

    /** When a prefix can be read from, and when a call last used it. */
    private record Entry(long readableNanos, long usedNanos) {}

    PromptCache(PromptCacheSettings settings) {
        this.settings = settings;
    }

    /**
     * What one call finds in the cache of its machine.
     *
     * @param machine hash that all keys of the machine contain
     * @param read tokens that are read
     * @param written tokens whose write is billed
     */
    record Lookup(long machine, PromptPrefixes prompt, int read, int written) {}

    /** Counts a call and looks its prompt up. */
    Lookup lookUp(String account, PromptPrefixes prompt, long nowNanos) {
        List<Prefix> prefixes = prompt.prefixes();
        long machine = machine(account, prompt, nowNanos);
        int read = 0;
        int written = 0;
        int firstToRead = settings.match() == Match.BLOCKS ? 0 : Integer.MAX_VALUE;
        for (int i = prefixes.size() - 1; i >= 0; i--) {
            Prefix prefix = prefixes.get(i);
            boolean isLongEnough = prefix.tokens() >= settings.minTokens();
            if (prefix.isBreakpoint() && isLongEnough) {
                firstToRead = Math.min(firstToRead, Math.max(0, i - LOOKBACK + 1));
                written = Math.max(written, prefix.tokens());
            }
            if (i >= firstToRead && isLongEnough && isReadable(machine, prefix, nowNanos)) {
                read = Math.max(read, prefix.tokens());
            }
        }
        return new Lookup(machine, prompt, read, Math.max(0, written - read));
    }

    /**
     * Stores what a billed call has read and written.
     *
     * @param arrivedNanos time of {@link #lookUp}
     * @param firstToken time from then until the first token
     */
    void store(Lookup found, long arrivedNanos, Duration firstToken) {
        if (entries.size() > MAX_ENTRIES) {
            entries.clear();
        }
        long readable = arrivedNanos + firstToken.toNanos();
        for (Prefix prefix : found.prompt().prefixes()) {
            long key = PromptPrefixes.mix(found.machine(), prefix.hash());
            boolean isWritten = settings.match() == Match.BLOCKS || prefix.isBreakpoint();
            Entry known = entries.get(key);
            boolean isKnown = known != null && isAlive(known, arrivedNanos);
            boolean isRead = isKnown && prefix.tokens() <= found.read();
            if (isRead || (isWritten && prefix.tokens() >= settings.minTokens())) {
                entries.put(key, used(known, readable, arrivedNanos));
            }
        }
    }

    /** Returns an entry that is readable from the earlier time, if the known one is alive. */
    private Entry used(@Nullable Entry known, long readable, long nowNanos) {
        if (known != null && isAlive(known, nowNanos) && known.readableNanos - readable < 0) {
            return new Entry(known.readableNanos, nowNanos);
        }
        return new Entry(readable, nowNanos);
    }

    /** Returns the machine that answers a call, another one for every full minute of calls. */
    private long machine(String account, PromptPrefixes prompt, long nowNanos) {
        long first = PromptPrefixes.mix(account.hashCode(), prompt.beginning());
        if (settings.requestsPerMinute() == 0) {
            return first;
        }
        if (calls.size() > MAX_ENTRIES) {
            calls.clear();
        }
        SlidingSum recent = calls.computeIfAbsent(first, _ -> new SlidingSum(MINUTE));
        int before = recent.count(nowNanos);
        recent.add(1, nowNanos);
        return PromptPrefixes.mix(first, before / settings.requestsPerMinute());
    }

    private boolean isReadable(long machine, Prefix prefix, long nowNanos) {
        Entry entry = entries.get(PromptPrefixes.mix(machine, prefix.hash()));
        return entry != null && nowNanos - entry.readableNanos >= 0 && isAlive(entry, nowNanos);
    }

    private boolean isAlive(Entry entry, long nowNanos) {
        return nowNanos - entry.usedNanos < settings.ttl().toNanos();
    }
}
