package dev.millrace.standalone.policy;

import java.time.Duration;
import java.util.List;

/**
 * The verified outcome of a rollback.
 *
 * @param isInForce false if a job contradicts the rollback: another version still routes jobs, or a
 *     rule sent a job to a forbidden removed model
 * @param after time from the write to the last job routed by another version
 * @param late jobs routed by other versions after the write
 * @param routed jobs routed by the new version
 * @param removed models not named by the restored policy
 * @param routedToRemoved jobs of the new version at removed models, by rules that may not choose
 *     these models; must be 0
 * @param allowedToRemoved jobs of the new version at removed models, by rules that choose the
 *     cheapest model and thus may choose these models
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
