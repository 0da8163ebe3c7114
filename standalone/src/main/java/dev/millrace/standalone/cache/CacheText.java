package dev.millrace.standalone.cache;

import dev.millrace.contracts.control.CachePurge;
import dev.millrace.contracts.control.CacheStats;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.money.Usd;
import dev.millrace.standalone.control.CachePurges;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Formats the state and the purges of the answer cache as human-readable text. */
public final class CacheText {
    private static final double BYTES_PER_MIB = 1 << 20;
    private static final double PERCENT = 100;

    private CacheText() {}

    /** Returns the lines of the state, without line breaks. */
    static List<String> of(ControlState.Cache cache) {
        CacheStats total = cache.total();
        var lines = new ArrayList<String>();
        lines.add(
                String.format(
                        Locale.ROOT,
                        "entries %,d, %,.1f MiB",
                        total.entries(),
                        total.bytes() / BYTES_PER_MIB));
        lines.add(
                String.format(
                        Locale.ROOT,
                        "jobs    %,d hits, %,d stale, %,d collapsed, %,d semantic, %,d misses: %.1f"
                                + " %% without a call",
                        total.hits(),
                        total.stale(),
                        total.collapsed(),
                        total.semantic(),
                        total.misses(),
                        shareWithoutCall(total)));
        lines.add("saved   " + Usd.text(total.savedUsd()) + " USD");
        lines.add(
                String.format(
                        Locale.ROOT,
                        "removed %,d evicted, %,d expired",
                        total.evicted(),
                        total.expired()));
        cache.purges().values().stream()
                .sorted(Comparator.comparing(CachePurge::at))
                .map(CachePurges::text)
                .forEach(lines::add);
        return lines;
    }

    private static double shareWithoutCall(CacheStats total) {
        long withoutCall = total.hits() + total.stale() + total.collapsed() + total.semantic();
        long all = withoutCall + total.misses();
        return all == 0 ? 0 : PERCENT * withoutCall / all;
    }
}
