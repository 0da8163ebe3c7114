package dev.millrace.store.rollup;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;

/** The length of a rollup's period. Periods begin at full minutes, hours and days in UTC. */
public enum RollupPeriod {
    MINUTE(ChronoUnit.MINUTES),
    HOUR(ChronoUnit.HOURS),
    DAY(ChronoUnit.DAYS);

    private final ChronoUnit unit;

    RollupPeriod(ChronoUnit unit) {
        this.unit = unit;
    }

    /** Returns the name in the database. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the next shorter period; empty for the shortest. */
    public Optional<RollupPeriod> shorter() {
        return switch (this) {
            case MINUTE -> Optional.empty();
            case HOUR -> Optional.of(MINUTE);
            case DAY -> Optional.of(HOUR);
        };
    }

    /** Returns the first start of a period that is not before the given time. */
    public Instant startNotBefore(Instant time) {
        Instant start = startOf(time);
        return start.equals(time) ? start : start.plus(1, unit);
    }

    /** Returns the start of the period that contains the given time. */
    public Instant startOf(Instant time) {
        return time.truncatedTo(unit);
    }
}
