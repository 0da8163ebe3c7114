package dev.millrace.router.canary.inflight;

/** Limit on the unfinished jobs of each rule's canary. */
public interface CanaryInFlightLimit {
    /** No limit, for callers that plan jobs without routing them. */
    CanaryInFlightLimit UNLIMITED = routedBy -> true;

    /** Returns true if the rule's canary may get another job. */
    boolean hasCapacity(String routedBy);
}
