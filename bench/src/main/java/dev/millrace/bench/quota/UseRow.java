package dev.millrace.bench.quota;

import java.time.Duration;
import java.time.Instant;
import java.util.OptionalDouble;

/**
 * The use of a limit over a time.
 *
 * @param name name of the row
 * @param time length of the time
 * @param answered answered calls
 * @param throttled calls that got 429
 * @param perMinute the limit
 * @param stolen part of the machine's processor time that its host gave to others, 0 to 1; empty if
 *     unknown
 */
record UseRow(
        String name,
        Duration time,
        int answered,
        int throttled,
        int perMinute,
        OptionalDouble stolen) {
    private static final double MILLIS_PER_MINUTE = 60_000;

    /** Counts the calls from one time up to another. */
    static UseRow of(String name, CallTimeline calls, Instant from, Instant to, int perMinute) {
        return new UseRow(
                name,
                Duration.between(from, to),
                calls.answered(from, to),
                calls.throttled(from, to),
                perMinute,
                OptionalDouble.empty());
    }

    /** Returns a copy with the stolen part of the machine's processor time. */
    UseRow withStolen(OptionalDouble part) {
        return new UseRow(name, time, answered, throttled, perMinute, part);
    }

    /**
     * Counts the calls of a batch from the first to the last one. The time of n calls at a constant
     * rate has n - 1 intervals, so the last call does not count as use.
     */
    static UseRow ofBatch(String name, CallTimeline calls, int perMinute) {
        return calls.isEmpty()
                ? new UseRow(name, Duration.ZERO, 0, 0, perMinute, OptionalDouble.empty())
                : of(name, calls, calls.first(), calls.last(), perMinute);
    }

    /** Returns the answered calls as a fraction of the calls that the limit allows. */
    double use() {
        double allowed = perMinute * (double) time.toMillis() / MILLIS_PER_MINUTE;
        return allowed == 0 ? 0 : answered / allowed;
    }

    /** Returns the calls that got 429 as a fraction of all calls. */
    double throttledShare() {
        int all = answered + throttled;
        return all == 0 ? 0 : (double) throttled / all;
    }
}
