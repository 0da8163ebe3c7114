package dev.millrace.router.hold;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Paces the jobs whose cheaper hour has begun by the limits of their models. Otherwise the measured
 * times of the model would be the time that these jobs wait for each other, and no later job with a
 * near deadline could be held.
 */
final class ReleasePace {
    /** Work that is released before the limits allow it, so that calls wait for no release. */
    private static final Duration AHEAD = Duration.ofMinutes(1);

    private static final double MILLIS_PER_SECOND = 1e3;
    private static final double NANOS_PER_SECOND = 1e9;

    /** Times until which the released jobs of a model use up its limits. */
    private final Map<String, Instant> busyUntil = new HashMap<>();

    private final Instant first;

    /**
     * @param start what was released before is not known, and may use up the limits as far ahead
     */
    ReleasePace(Instant start) {
        first = start.plus(AHEAD);
    }

    /** Returns the work of a model's jobs that may be released now, in seconds. */
    double allowed(String model, Instant now) {
        Duration left = Duration.between(busyUntil(model, now), now.plus(AHEAD));
        return Math.max(0, left.toMillis() / MILLIS_PER_SECOND);
    }

    /**
     * Records that a job of a model is released.
     *
     * @param work seconds that the model's limits need for it; 0 without limits
     */
    void onReleased(String model, double work, Instant now) {
        long nanos = (long) (work * NANOS_PER_SECOND);
        busyUntil.put(model, busyUntil(model, now).plusNanos(nanos));
    }

    private Instant busyUntil(String model, Instant now) {
        Instant until = busyUntil.getOrDefault(model, first);
        return until.isBefore(now) ? now : until;
    }
}
