package dev.millrace.bench.quota;

import java.time.Duration;
import java.time.Instant;

/**
 * The use of a limit over a time.
 *
 * @param answered answered calls
 * @param throttled calls that got 429
 * @param perMinute the limit
 */
record LimitUse(Duration time, int answered, int throttled, int perMinute) {
    private static final double MILLIS_PER_MINUTE = 60_000;

    /** Counts the calls from one time up to another. */
    static LimitUse of(CallTimeline calls, Instant from, Instant to, int perMinute) {
        return new LimitUse(
                Duration.between(from, to),
                calls.answered(from, to),
                calls.throttled(from, to),
                perMinute);
    }

    /**
     * Counts the calls of a batch from the first to the last one. The time of n calls at a constant
     * rate has n - 1 intervals, so the last call does not count as use.
     */
    static LimitUse ofBatch(CallTimeline calls, int perMinute) {
        return calls.isEmpty()
                ? new LimitUse(Duration.ZERO, 0, 0, perMinute)
                : of(calls, calls.first(), calls.last(), perMinute);
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
