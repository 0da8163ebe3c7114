package dev.millrace.worker.adaptive;

/**
 * The limit that was found, and how.
 *
 * @param perSecond rate in calls per second; 0 while the calls in flight are the limit
 * @param inFlight calls that may be in flight
 * @param refusals calls that the provider has refused since the search began
 * @param firstNanos time of the first of them, by the loop's ticker; meaningless without refusals
 * @param phase what the limit does at the moment
 */
public record FoundLimit(
        double perSecond, int inFlight, int refusals, long firstNanos, Phase phase) {
    /** What a limit does. */
    public enum Phase {
        /** It grows until calls are refused. */
        SEARCHING,
        /** It is in force. */
        FOUND,
        /** No call starts, because the provider refuses most calls and asks for a wait. */
        ASKED_WAIT,
        /** No call starts for a while, because the provider refuses most calls. */
        USED_UP
    }
}
