package dev.millrace.quota;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * A limit of an amount in a sliding window.
 *
 * @param limit amount in the window, 1 or more
 * @param window of the provider
 * @param burst amount that may be taken at once after a pause, 1 or more, instead of evenly over
 *     the window; empty for a fraction of a second's. More than the limit counts as the limit
 */
public record RateLimit(long limit, Duration window, OptionalLong burst) {
    /** Returns a limit without a burst of its own. */
    public static RateLimit of(long limit, Duration window) {
        return new RateLimit(limit, window, OptionalLong.empty());
    }

    /**
     * Returns the time in which the limit allows the burst, rounded up; another time if the limit
     * has no burst.
     */
    Duration burstTime(Duration otherwise) {
        if (burst.isEmpty()) {
            return otherwise;
        }
        double windows = Math.min(1, (double) burst.getAsLong() / limit);
        return Duration.ofNanos((long) Math.ceil(SlidingWindow.spanNanos(window) * windows) + 1);
    }
}
