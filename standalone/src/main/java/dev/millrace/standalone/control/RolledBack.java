package dev.millrace.standalone.control;

import java.time.Duration;
import java.util.List;

/**
 * What was seen after a rollback.
 *
 * @param inForce whether the new version alone decides, and no removed arm gets jobs
 * @param after from the writing to the last job of another version
 * @param late jobs that came by another version after the writing
 * @param routed jobs by the new version
 * @param removed models that the policy named before and may not choose now
 * @param routedToRemoved jobs by the new version that went to one of them: must be 0
 */
public record RolledBack(
        boolean inForce,
        Duration after,
        long late,
        long routed,
        List<String> removed,
        long routedToRemoved) {
    public RolledBack {
        removed = List.copyOf(removed);
    }
}
