package dev.millrace.quota;

import java.time.Duration;

/**
 * Times of the leases of a limit.
 *
 * @param valid time from the sending of a demand until the grant that answers it expires
 * @param every time between two demands of a session with calls
 */
public record LeaseTimes(Duration valid, Duration every) {
    /** Smallest number of demands within a window. */
    private static final int IN_WINDOW = 20;

    private static final Duration SHORTEST = Duration.ofMillis(10);

    /** Returns these times with demands frequent enough for a short window. */
    LeaseTimes within(Duration window) {
        Duration part = window.dividedBy(IN_WINDOW);
        Duration frequent = part.compareTo(SHORTEST) > 0 ? part : SHORTEST;
        return frequent.compareTo(every) < 0 ? new LeaseTimes(valid, frequent) : this;
    }
}
