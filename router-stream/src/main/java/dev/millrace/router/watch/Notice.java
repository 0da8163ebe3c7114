package dev.millrace.router.watch;

import dev.millrace.router.watch.guard.Verdict;

/** What the control topic is told. */
sealed interface Notice {
    /** The rule that it is about. */
    WatchedRule rule();

    /**
     * A guard has tripped: its arm has share 0 from here on.
     *
     * @param model the arm by its name in the catalog
     */
    record Tripped(WatchedRule rule, String model, long atMillis, Verdict verdict)
            implements Notice {}

    /** A step of a ramp has begun. */
    record RampAt(WatchedRule rule, RampProgress progress) implements Notice {}
}
