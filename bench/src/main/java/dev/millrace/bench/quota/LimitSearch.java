package dev.millrace.bench.quota;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How workers found a limit that nobody configured.
 *
 * @param name name of the row
 * @param found time from the first call until the limit was found; empty when it was not found
 * @param throttled calls that got 429 until then
 * @param after use from then on
 */
record LimitSearch(String name, Optional<Duration> found, int throttled, UseRow after) {
    /** Length of the intervals that are examined. */
    static final Duration INTERVAL = Duration.ofSeconds(10);

    /** Fraction of the limit that each later interval must use. */
    static final double MIN_USE = 0.9;

    /**
     * Finds the first second from which on every interval uses most of the limit.
     *
     * @param end end of the measurement, while there was still work
     */
    static LimitSearch of(String name, CallTimeline calls, Instant end, int perMinute) {
        if (calls.isEmpty()) {
            return notFound(name, calls, end, end, perMinute);
        }
        Instant start = calls.first();
        Instant from = end.minus(INTERVAL);
        Optional<Instant> found = Optional.empty();
        while (!from.isBefore(start)
                && UseRow.of(name, calls, from, from.plus(INTERVAL), perMinute).use() >= MIN_USE) {
            found = Optional.of(from);
            from = from.minusSeconds(1);
        }
        return found.map(
                        it ->
                                new LimitSearch(
                                        name,
                                        Optional.of(Duration.between(start, it)),
                                        calls.throttled(start, it),
                                        UseRow.of(name, calls, it, end, perMinute)))
                .orElseGet(() -> notFound(name, calls, start, end, perMinute));
    }

    private static LimitSearch notFound(
            String name, CallTimeline calls, Instant start, Instant end, int perMinute) {
        return new LimitSearch(
                name,
                Optional.empty(),
                calls.throttled(start, end),
                UseRow.of(name, calls, start, end, perMinute));
    }
}
