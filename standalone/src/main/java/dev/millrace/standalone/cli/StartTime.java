package dev.millrace.standalone.cli;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** When the command was typed, so that "time to first result" is what a user waits. */
final class StartTime {
    /** Seconds since 1970 with a fraction, from the launcher. */
    private static final String TOLD = "millrace.started";

    private StartTime() {}

    /**
     * On {@link System#nanoTime}; now, where nobody tells. What the system says of its processes is
     * up to a second early on Linux, which knows the time of its boot in whole seconds.
     */
    static long nanos() {
        Instant now = Instant.now();
        Instant started =
                told().or(() -> ProcessHandle.current().info().startInstant()).orElse(now);
        return System.nanoTime() - Duration.between(started, now).toNanos();
    }

    private static Optional<Instant> told() {
        return Optional.of(System.getProperty(TOLD, ""))
                .filter(text -> text.matches("\\d{1,12}\\.\\d{1,9}"))
                .map(text -> new BigDecimal(text).movePointRight(9).longValueExact())
                .map(nanos -> Instant.ofEpochSecond(0, nanos));
    }
}
