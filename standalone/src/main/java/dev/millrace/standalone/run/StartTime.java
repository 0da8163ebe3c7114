package dev.millrace.standalone.run;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The time at which the user started the command, for the reported time to the first result. */
public final class StartTime {
    /** System property set by the launcher: seconds since 1970 with a fraction. */
    private static final String PROPERTY = "millrace.started";

    private StartTime() {}

    /**
     * Returns the start time as a value of {@link System#nanoTime}. Takes it from the launcher, or
     * else from the operating system, or else returns the current time. Linux reports process start
     * times up to a second early, because it stores its boot time in whole seconds.
     */
    public static long nanos() {
        Instant now = Instant.now();
        Instant started =
                fromLauncher().or(() -> ProcessHandle.current().info().startInstant()).orElse(now);
        return System.nanoTime() - Duration.between(started, now).toNanos();
    }

    private static Optional<Instant> fromLauncher() {
        return Optional.of(System.getProperty(PROPERTY, ""))
                .filter(text -> text.matches("\\d{1,12}\\.\\d{1,9}"))
                .map(text -> new BigDecimal(text).movePointRight(9).longValueExact())
                .map(nanos -> Instant.ofEpochSecond(0, nanos));
    }
}
