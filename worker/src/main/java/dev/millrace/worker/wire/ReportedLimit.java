package dev.millrace.worker.wire;

import java.time.Duration;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A rate limit in the headers of a provider's response.
 *
 * @param kind what the limit counts
 * @param limit amount that the provider allows in a window, 1 or more
 * @param reset time until the limit is fully available again; null if unknown
 * @param window length of the window; null if the response does not name it
 * @param isPlain true if the header names no kind, so that the window may have any length
 */
public record ReportedLimit(
        Kind kind,
        long limit,
        @Nullable Duration reset,
        @Nullable Duration window,
        boolean isPlain) {
    /** What a limit counts. */
    public enum Kind {
        REQUESTS,
        TOKENS,
        INPUT_TOKENS,
        OUTPUT_TOKENS
    }

    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** A later reset belongs to a longer window than a minute; some slack for rounding. */
    private static final Duration LONGEST_OF_MINUTE = Duration.ofSeconds(90);

    /** A reset after this time does not belong to a window of a few seconds. */
    private static final Duration SHORTEST_OF_MINUTE = Duration.ofSeconds(10);

    /**
     * Returns the amount that the provider allows in a minute; empty for a longer window, or one of
     * unknown length. Providers that name the kind count minutes, except for limits of a day, which
     * reset later. A limit without a kind may have any window.
     */
    public OptionalLong perMinute() {
        if (window != null) {
            return window.compareTo(LONGEST_OF_MINUTE) <= 0
                    ? OptionalLong.of(Math.max(1, limit * MINUTE.toMillis() / window.toMillis()))
                    : OptionalLong.empty();
        }
        return isPerMinute() ? OptionalLong.of(limit) : OptionalLong.empty();
    }

    private boolean isPerMinute() {
        if (reset == null) {
            return !isPlain;
        }
        return reset.compareTo(LONGEST_OF_MINUTE) <= 0
                && (!isPlain || reset.compareTo(SHORTEST_OF_MINUTE) >= 0);
    }
}
