package dev.millrace.bench.deadlines;

import java.time.Duration;
import java.time.Instant;

/** Decides when and at which tier jobs are called. Used by one thread. */
interface Buyer {
    /** What to do with a job. */
    sealed interface Step {
        /** Call it now. */
        record Call(boolean isFlex) implements Step {}

        /** Decide again at a later time. */
        record Wait(Instant until) implements Step {}

        /** Give it up. */
        record GiveUp() implements Step {}
    }

    /**
     * Returns the next step of a job.
     *
     * @param refusals how often the flex tier has refused it
     */
    Step next(DeadlineJob job, Instant now, int refusals);

    /** Returns the time from a refusal to the next decision. */
    default Duration pause(int refusals) {
        return Duration.ofSeconds(2);
    }

    /**
     * Notes the end of a call.
     *
     * @param time since the decision to call
     */
    default void onEnd(DeadlineJob job, boolean isFlex, Duration time) {}

    /** Calls each job at once at the standard tier. */
    static Buyer standard() {
        return (_, _, _) -> new Step.Call(false);
    }

    /**
     * Calls each job at once, at the flex tier if there is one, and gives a job up after its third
     * refusal, as clients with two retries do.
     */
    static Buyer flexThenGiveUp() {
        return (job, _, refusals) ->
                refusals > 2 ? new Step.GiveUp() : new Step.Call(job.hasFlex());
    }
}
