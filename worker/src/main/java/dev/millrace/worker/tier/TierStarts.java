package dev.millrace.worker.tier;

import dev.millrace.contracts.waiting.LatestStart;
import java.time.Duration;
import java.time.Instant;

/**
 * The latest safe starts of the calls of a job at both tiers of its model. Pure.
 *
 * @param standard latest time at which the job may begin to wait for a call at the standard tier
 * @param cheaper latest time at which a call at the cheaper tier may start, so that the job can
 *     still be called at the standard tier afterwards
 */
record TierStarts(Instant standard, Instant cheaper) {

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
     * Returns the latest safe starts.
     *
     * @param doneBy time by which the job must be done
     */
    static TierStarts of(Instant doneBy, Needs needs) {
        Instant standard = LatestStart.of(doneBy, needs.standard).minus(needs.backlog);
        return new TierStarts(standard, standard.minus(needs.cheaper));
    }

    /** Returns true if the next call is bought at the cheaper tier. */
    boolean allowsCheaper(Instant now) {
        return now.isBefore(cheaper);
    }
}
