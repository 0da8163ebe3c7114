package dev.millrace.router.guards;

import java.util.Optional;

/** Lookup of canaries: the guarded arms of the rules in force. Any thread. */
public interface Canaries {
    /** Returns the canary of a rule; empty if the rule has no guard or is not in force. */
    Optional<Canary> of(String routedBy);

    /**
     * Guarded arm.
     *
     * @param model the arm's name in the catalog
     * @param initialLimit unfinished jobs that the arm may have in one partition before any of its
     *     jobs has ended well, 1 or more
     * @param clearedMillis when a trip of the arm was last cleared, in milliseconds since the
     *     epoch; 0 for never
     */
    record Canary(String model, int initialLimit, long clearedMillis) {}
}
