package dev.millrace.standalone.console;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Times as a person reads them. */
public final class WholeSeconds {
    private WholeSeconds() {}

    /** The time to the second; what is for programs has all digits. */
    public static Instant of(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS);
    }
}
