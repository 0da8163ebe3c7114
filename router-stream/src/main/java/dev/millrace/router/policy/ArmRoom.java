package dev.millrace.router.policy;

/** Knows whether the guarded arm of a rule may get one more job now. */
public interface ArmRoom {
    /** For whoever only wants to know where jobs would go. */
    ArmRoom ALWAYS = routedBy -> true;

    boolean hasRoom(String routedBy);
}
