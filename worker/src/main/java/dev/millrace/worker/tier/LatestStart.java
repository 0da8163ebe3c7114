package dev.millrace.worker.tier;

import java.time.Duration;
import java.time.Instant;

/**
 * The latest safe starts of the calls of a job. Pure.
 *
 * @param standard latest time at which the job may begin to wait for a call at the standard tier
 * @param cheaper latest time at which a call at the cheaper tier may start, so that the job can
 *     still be called at the standard tier afterwards
 */
record LatestStart(Instant standard, Instant cheaper) {
    /** Least time for a second attempt at the standard tier, and for writing the result. */
    static final Duration LEAST_MARGIN = Duration.ofSeconds(10);

    /**
     * What the calls of a model need.
     *
     * @param standard time that hardly any call at the standard tier exceeds, from the wait for its
     *     turn to its end
     * @param cheaper time that hardly any call at the cheaper tier exceeds
     * @param backlog time in which the standard tier could serve all jobs that wait for the cheaper
     *     one
     */
    record Needs(Duration standard, Duration cheaper, Duration backlog) {}

    /**
     * Returns the latest safe starts. The margin is as long as a call at the standard tier, at
     * least {@link #LEAST_MARGIN}: time for a second attempt.
     *
     * @param doneBy time by which the job must be done
     */
    static LatestStart of(Instant doneBy, Needs needs) {
        Duration margin =
                needs.standard.compareTo(LEAST_MARGIN) > 0 ? needs.standard : LEAST_MARGIN;
        Duration left = needs.standard.plus(margin).plus(needs.backlog);
        return new LatestStart(minus(doneBy, left), minus(doneBy, left.plus(needs.cheaper)));
    }

    /** Clients choose the deadline, from which the difference must not overflow. */
    private static Instant minus(Instant doneBy, Duration time) {
        return doneBy.isBefore(Instant.EPOCH) ? Instant.EPOCH : doneBy.minus(time);
    }

    /** Returns true if the next call is bought at the cheaper tier. */
    boolean allowsCheaper(Instant now) {
        return now.isBefore(cheaper);
    }
}
