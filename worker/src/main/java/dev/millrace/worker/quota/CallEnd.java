package dev.millrace.worker.quota;

/**
 * The end of a call, with the facts that a limit learns from.
 *
 * @param startedNanos start of the call, by the loop's ticker
 * @param endedNanos end of the call
 * @param waitNanos wait that the provider asked for when it refused the call; 0 for none
 * @param outputTokens length of the answer; 0 if unknown
 */
public record CallEnd(
        Kind kind, long startedNanos, long endedNanos, long waitNanos, long outputTokens) {
    /** The kind of a call's end. */
    public enum Kind {
        ANSWERED,
        /** The provider refused the call because of a limit. */
        THROTTLED,
        /** The provider gave no answer in time. */
        TIMED_OUT,
        /** Any other failure, which is no evidence about a limit. */
        FAILED
    }

    /** Returns the duration of the call in nanoseconds. */
    public long tookNanos() {
        return endedNanos - startedNanos;
    }
}
