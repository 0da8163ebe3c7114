package dev.millrace.standalone.console;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Truncates times to whole seconds for display. */
public final class WholeSeconds {
    private WholeSeconds() {}

    /** Returns the time truncated to the second; JSON output has all digits. */
    public static Instant of(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS);
    }
}
