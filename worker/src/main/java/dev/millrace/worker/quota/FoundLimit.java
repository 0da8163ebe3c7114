package dev.millrace.worker.quota;

/**
 * The found limit, and how it was found.
 *
 * @param perSecond rate in calls per second; 0 while the limit is on calls in flight
 * @param inFlight highest number of calls in flight
 * @param refusals calls that the provider has refused since the search began
 * @param firstNanos time of the first refusal, by the loop's ticker; meaningless without refusals
 * @param phase current phase of the search
 */
public record FoundLimit(
        double perSecond, int inFlight, int refusals, long firstNanos, Phase phase) {
    /** The current phase of a limit. */
    public enum Phase {
        /** The limit grows until calls are refused. */
        SEARCHING,
        /** The limit is in force. */
        FOUND,
        /** No call starts, because the provider refuses most calls and asks for a wait. */
        ASKED_WAIT,
        /** No call starts for a while, because the provider refuses most calls. */
        USED_UP
    }
}
