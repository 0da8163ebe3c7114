package dev.millrace.standalone.control;

import java.time.Duration;
import java.util.List;

/**
 * What was seen after a rollback.
 *
 * @param inForce whether nothing came that speaks against it: that the new version alone decides,
 *     and no rule gives jobs to a removed model that it may not choose
 * @param after from the writing to the last job of another version
 * @param late jobs that came by another version after the writing
 * @param routed jobs by the new version
 * @param removed models that the policy named before and does not name now
 * @param routedToRemoved jobs by the new version that went to one of them by a rule that may not
 *     choose it: must be 0
 * @param allowedToRemoved the same by a rule that may, since it takes the cheapest model
 */
public record RolledBack(
        boolean inForce,
        Duration after,
        long late,
        long routed,
        List<String> removed,
        long routedToRemoved,
        long allowedToRemoved) {
    public RolledBack {
        removed = List.copyOf(removed);
    }

    /** Whether a job came by which the new version was seen to decide. */
    public boolean isSeen() {
        return routed > 0;
    }
}
