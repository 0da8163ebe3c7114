package dev.millrace.quota;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * A limit of an amount in a sliding window.
 *
 * @param limit amount in the window, 1 or more
 * @param window of the provider
 * @param burst amount that can be taken at once after a pause, 1 or more; capped at the limit.
 *     Empty spreads the amount over the window, except for a fraction of a second's worth
 */
public record RateLimit(long limit, Duration window, OptionalLong burst) {
    /** Returns a limit without a configured burst. */
    public static RateLimit of(long limit, Duration window) {
        return new RateLimit(limit, window, OptionalLong.empty());
    }

    /**
     * Returns the time in which the limit allows the burst, rounded up.
     *
     * @param otherwise the result for a limit without a burst
     */
    Duration burstTime(Duration otherwise) {
        if (burst.isEmpty()) {
            return otherwise;
        }
        double windows = Math.min(1, (double) burst.getAsLong() / limit);
        return Duration.ofNanos((long) Math.ceil(SlidingWindow.spanNanos(window) * windows) + 1);
    }
}
