package dev.millrace.store.rollup;

import dev.millrace.contracts.result.CostEvent;
import java.time.Instant;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Sums events into rollups of every period. Mutable, and used by one thread. */
public final class Rollups {
    private final UnaryOperator<String> storable;
    private final SortedMap<RollupKey, RollupSums> sums = new TreeMap<>();

    /**
     * Creates empty rollups.
     *
     * @param storable replaces characters that the database cannot store, so that texts equal in
     *     the database share one rollup
     */
    public Rollups(UnaryOperator<String> storable) {
        this.storable = storable;
    }

    /**
     * Adds an event to its rollups.
     *
     * @param recordedAt time of the event's record, as stored
     */
    public void add(Instant recordedAt, CostEvent event) {
        for (RollupPeriod period : RollupPeriod.values()) {
            sums.computeIfAbsent(key(period, recordedAt, event), _ -> new RollupSums()).add(event);
        }
    }

    private RollupKey key(RollupPeriod period, Instant recordedAt, CostEvent event) {
        return new RollupKey(
                period,
                period.startOf(recordedAt),
                text(event.tenant()),
                text(event.model()),
                text(event.provider()),
                text(event.route().by()),
                text(event.route().to()));
    }

    private String text(@Nullable String value) {
        return value == null ? "" : storable.apply(value);
    }

    /** Returns the rollups, ordered as all writers update them. */
    public SortedMap<RollupKey, RollupSums> sums() {
        return sums;
    }
}
