package dev.millrace.store.sums;

import dev.millrace.store.rollup.RollupPeriod;
import java.time.Instant;
import java.util.Optional;

/**
 * The rollups of one period whose start is within a range of time.
 *
 * @param from first start; empty for no limit
 * @param to time after the last start; empty for no limit
 */
public record RollupRange(RollupPeriod period, Optional<Instant> from, Optional<Instant> to) {

    /** Returns the rollups of a period from a time on. */
    public static RollupRange since(RollupPeriod period, Instant from) {
        return new RollupRange(period, Optional.of(from), Optional.empty());
    }
}
