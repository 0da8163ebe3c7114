package dev.millrace.router.watch;

import dev.millrace.router.watch.guard.Verdict;

/** What the control topic is told. */
sealed interface Notice {
    /** The rule that it is about. */
    WatchedRule rule();

    /**
     * A guard has tripped: its arm has share 0 from here on.
     *
     * @param arm as the policy writes it
     */
    record Tripped(WatchedRule rule, String arm, long atMillis, Verdict verdict)
            implements Notice {}

    /** A step of a ramp has begun. */
    record RampAt(WatchedRule rule, RampProgress progress) implements Notice {}
}
