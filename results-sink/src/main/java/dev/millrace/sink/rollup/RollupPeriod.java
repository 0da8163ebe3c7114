package dev.millrace.sink.rollup;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

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

    /** Returns the start of the period that contains the given time. */
    public Instant startOf(Instant time) {
        return time.truncatedTo(unit);
    }
}
