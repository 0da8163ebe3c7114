package dev.millrace.bench.quota;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How workers found a limit that nobody configured.
 *
 * @param found time from the first call until the limit was found; empty when it was not found
 * @param throttled calls that got 429 until then
 * @param after use from then on
 */
record LimitSearch(Optional<Duration> found, int throttled, LimitUse after) {
    /** Time in which most of the limit must be used. */
    static final Duration PROOF = Duration.ofMinutes(1);

    /** Fraction of the limit that must be used. */
    static final double MIN_USE = 0.9;

    /**
     * Finds the first second that begins a minute in which most of the limit is used.
     *
     * @param end end of the measurement, while there was still work
     */
    static LimitSearch of(CallTimeline calls, Instant end, int perMinute) {
        if (calls.isEmpty()) {
            return notFound(calls, end, end, perMinute);
        }
        Instant start = calls.first();
        for (Instant from = start; !from.plus(PROOF).isAfter(end); from = from.plusSeconds(1)) {
            if (LimitUse.of(calls, from, from.plus(PROOF), perMinute).use() >= MIN_USE) {
                return new LimitSearch(
                        Optional.of(Duration.between(start, from)),
                        calls.throttled(start, from),
                        LimitUse.of(calls, from, end, perMinute));
            }
        }
        return notFound(calls, start, end, perMinute);
    }

    private static LimitSearch notFound(
            CallTimeline calls, Instant start, Instant end, int perMinute) {
        return new LimitSearch(
                Optional.empty(),
                calls.throttled(start, end),
                LimitUse.of(calls, start, end, perMinute));
    }
}
