package dev.millrace.router.exposure;

import java.util.Optional;

/** Knows which rules in force have a guard. From any thread. */
public interface GuardedArms {
    /** The guarded arm of the rule that jobs are routed by; empty when there is none in force. */
    Optional<Arm> of(String routedBy);

    /**
     * A guarded arm.
     *
     * @param model by its name in the catalog
     * @param initially how many unfinished jobs of one partition it may have before any has ended
     *     well, 1 or more
     * @param clearedMillis when someone last gave it its share back after a trip, in milliseconds
     *     since the epoch; 0 for never
     */
    record Arm(String model, int initially, long clearedMillis) {}
}
