package dev.millrace.wire.error;

import java.time.Duration;

/**
 * A rate limit that a response reports.
 *
 * @param kind the unit that the limit counts
 * @param limit amount that the provider allows in a window, 1 or more
 * @param window length of the window, more than zero; for an {@code isPart} limit, the time until
 *     the window ends, because no header names its length
 * @param isPart true if {@code window} is only the rest of the window, which can be longer as a
 *     whole
 */
public record ReportedLimit(Kind kind, long limit, Duration window, boolean isPart) {
    /** The unit that a limit counts. */
    public enum Kind {
        REQUESTS,
        TOKENS,
        INPUT_TOKENS,
        OUTPUT_TOKENS
    }

    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** Returns the amount that the provider allows in a minute, 1 or more. */
    public long perMinute() {
        double windows = (double) MINUTE.toNanos() / window.toNanos();
        return Math.max(1, (long) (limit * windows));
    }
}
