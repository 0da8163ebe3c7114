package dev.millrace.router.watch;

import dev.millrace.router.watch.guard.Breach;
import java.math.BigDecimal;

/** What the control topic is told. */
sealed interface Notice {
    /** The rule that it is about. */
    WatchedRule rule();

    /**
     * A guard has tripped: its arm has share 0 from here on.
     *
     * @param arm as the policy writes it
     * @param jobs in the window
     * @param errors among them
     * @param costUsd of all of them
     */
    record Tripped(
            WatchedRule rule,
            String arm,
            long atMillis,
            Breach breach,
            int jobs,
            int errors,
            BigDecimal costUsd)
            implements Notice {}

    /** A step of a ramp has begun. */
    record RampAt(WatchedRule rule, RampProgress progress) implements Notice {}
}
