package dev.millrace.router.plan;

/** Limits how many jobs the guarded arm of a rule gets. */
public interface ArmLimit {
    /** No limit, for callers that plan jobs without routing them. */
    ArmLimit UNLIMITED = routedBy -> true;

    /** Returns true if the rule's guarded arm may get another job. */
    boolean admits(String routedBy);
}
