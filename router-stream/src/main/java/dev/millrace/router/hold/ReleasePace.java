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

    /** Returns how many jobs of a hold may be released now. */
    long allowed(Hold hold, Hold.Hour hour, Instant now) {
        if (hour.secondsPerJob() == 0) {
            return Long.MAX_VALUE;
        }
        long millis = Duration.between(busyUntil(hold, now), now.plus(AHEAD)).toMillis();
        return Math.max(0, (long) Math.ceil(millis / MILLIS_PER_SECOND / hour.secondsPerJob()));
    }

    /** Records that a job of a hold is released. */
    void onReleased(Hold hold, Hold.Hour hour, Instant now) {
        long nanos = (long) (hour.secondsPerJob() * NANOS_PER_SECOND);
        busyUntil.put(hold.model(), busyUntil(hold, now).plusNanos(nanos));
    }

    private Instant busyUntil(Hold hold, Instant now) {
        Instant until = busyUntil.getOrDefault(hold.model(), first);
        return until.isBefore(now) ? now : until;
    }
}
