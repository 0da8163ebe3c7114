package dev.millrace.quota;

/**
 * Permits for an amount in a sliding window, such as requests or tokens in a minute. In no window
 * does the amount exceed the limit.
 *
 * <p>All times are of one ticker, which may overflow.
 */
public interface RatePermits {
    /** A wait of unknown length. */
    long UNKNOWN = Long.MAX_VALUE;

    /**
     * Returns the nanoseconds until the amount may be taken, or {@link #UNKNOWN}; 0 permits it now.
     * An amount above the limit waits for an empty window.
     */
    long waitNanos(long amount, long nowNanos);

    /** Takes an amount that {@link #waitNanos} permits now. */
    void take(long amount, long nowNanos);

    /**
     * Returns an amount that was not used, because the call was not made.
     *
     * @param takenNanos time of the take
     */
    void giveBack(long amount, long takenNanos, long nowNanos);

    /**
     * Replaces an estimated amount by the amount that was used. The window counts it from the time
     * of the take.
     *
     * @param reserved the amount that was taken
     * @param takenNanos time of the take
     */
    void correct(long reserved, long used, long takenNanos, long nowNanos);

    /** Changes the limit, at least 1. */
    void resize(long limit, long nowNanos);
}
