package dev.millrace.quota;

/**
 * Permits for an amount in a sliding window, such as requests or tokens in a minute. In no window
 * does the amount that was sent exceed the limit: an amount counts from its take until one window
 * after its call was sent.
 *
 * <p>All times are of one ticker, which may overflow.
 *
 * <pre>
 *   take ──► onSent ──► correct     the call was sent
 *        └─► giveBack               the call is not sent
 * </pre>
 */
public interface RatePermits {
    /** A wait of unknown length. */
    long UNKNOWN = Long.MAX_VALUE;

    /** Returns true if the amount may be taken now. */
    boolean hasRoom(long amount, long nowNanos);

    /**
     * Returns the nanoseconds until the amount may be taken, or {@link #UNKNOWN}; 0 permits it now.
     * An amount above the limit waits for an empty window. Unlike {@link #hasRoom}, this demands
     * permits from other workers: the call waits for this limit.
     */
    long waitNanos(long amount, long nowNanos);

    /**
     * Takes an amount for a call that is about to be sent.
     *
     * @return false if {@link #waitNanos} does not permit the amount; then nothing is taken
     */
    boolean take(long amount, long nowNanos);

    /** Returns true if a call with an amount that was taken may be sent now. */
    boolean maySend(long nowNanos);

    /**
     * Notes that the call with a taken amount was sent.
     *
     * @param nowNanos a time at which the call has certainly been sent
     */
    void onSent(long amount, long nowNanos);

    /** Returns a taken amount, because its call is not sent. */
    void giveBack(long amount, long nowNanos);

    /**
     * Replaces the estimated amount of a call that was sent by the amount that was used.
     *
     * @param reserved the amount that was taken
     * @param sentNanos time of {@link #onSent}
     */
    void correct(long reserved, long used, long sentNanos, long nowNanos);

    /** Changes the limit, at least 1. */
    void resize(long limit, long nowNanos);

    /** Returns the amount that counts now. */
    long used(long nowNanos);

    /** Returns the amount that this worker holds and has not taken. */
    long leased(long nowNanos);
}
