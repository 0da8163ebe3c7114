package dev.millrace.standalone.policy;

import java.time.Duration;
import java.util.List;

/**
 * The verified outcome of a rollback.
 *
 * @param isInForce false if a job contradicts the rollback: another version still routes jobs, or a
 *     rule sent a job to a removed model that it may not choose
 * @param after time from the write to the last job that another version routed
 * @param late jobs that other versions routed after the write
 * @param routed jobs that the new version routed
 * @param removed models that the restored policy no longer names
 * @param routedToRemoved jobs that the new version sent to removed models by rules that may not
 *     choose them; must be 0
 * @param allowedToRemoved jobs that the new version sent to removed models by rules that may choose
 *     them, because these rules choose the cheapest model
 */
record RollbackOutcome(
        boolean isInForce,
        Duration after,
        long late,
        long routed,
        List<String> removed,
        long routedToRemoved,
        long allowedToRemoved) {
    RollbackOutcome {
        removed = List.copyOf(removed);
    }

    /** Returns true when a job confirmed that the new version routes jobs. */
    boolean isSeen() {
        return routed > 0;
    }
}
