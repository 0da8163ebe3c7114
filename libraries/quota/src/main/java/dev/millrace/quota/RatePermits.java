package dev.millrace.quota;

/**
 * Permits for an amount in a sliding window, such as requests or tokens in a minute. The sent
 * amount in any window never exceeds the limit: an amount counts from its take until one window
 * after its call was sent.
 *
 * <p>All times are of one ticker, which can overflow.
 *
 * <pre>
 *   take ──► onSent ──► correct     the call was sent
 *        └─► giveBack               the call is not sent
 * </pre>
 */
public interface RatePermits {
    /** A wait of unknown length. */
    long UNKNOWN = Long.MAX_VALUE;

    /** Returns true if the amount can be taken now. */
    boolean hasRoom(long amount, long nowNanos);

    /**
     * Returns the nanoseconds until the amount can be taken; 0 permits it now. Returns {@link
     * #UNKNOWN} when no time is known. An amount above the limit waits for an empty window. Unlike
     * {@link #hasRoom}, demands permits from other workers.
     */
    long waitNanos(long amount, long nowNanos);

    /**
     * Takes an amount for a call that is about to be sent.
     *
     * @return false if {@link #waitNanos} does not permit the amount; then nothing is taken
     */
    boolean take(long amount, long nowNanos);

    /** Returns true if a call can be sent now with the amount that it has taken. */
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
     * Replaces the estimated amount of a sent call by the amount used.
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
