package dev.millrace.worker.wire;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A rate limit in the headers of a provider's response.
 *
 * @param kind what the limit counts
 * @param limit amount that the provider allows in a window, 1 or more
 * @param reset time until the limit is fully available again; null if unknown
 * @param isPlain true if the header names no kind, so that the length of the window is unknown
 */
public record ReportedLimit(Kind kind, long limit, @Nullable Duration reset, boolean isPlain) {
    /** What a limit counts. */
    public enum Kind {
        REQUESTS,
        TOKENS,
        INPUT_TOKENS,
        OUTPUT_TOKENS
    }

    /** A later reset belongs to a longer window than a minute; some slack for rounding. */
    private static final Duration LONGEST_OF_MINUTE = Duration.ofSeconds(90);

    /** A reset after this time does not belong to a window of a few seconds. */
    private static final Duration SHORTEST_OF_MINUTE = Duration.ofSeconds(10);

    /**
     * Returns true if the window is a minute, as far as the header shows. Providers that name the
     * kind count minutes, except for limits of a day, which reset later. A limit without a kind may
     * have any window.
     */
    public boolean isPerMinute() {
        if (reset == null) {
            return !isPlain;
        }
        return reset.compareTo(LONGEST_OF_MINUTE) <= 0
                && (!isPlain || reset.compareTo(SHORTEST_OF_MINUTE) >= 0);
    }
}
