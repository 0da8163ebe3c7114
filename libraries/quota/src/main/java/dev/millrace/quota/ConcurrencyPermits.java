package dev.millrace.quota;

/** Permits for concurrent calls. */
public interface ConcurrencyPermits {
    /** A wait of unknown length, such as for the end of another call. */
    long UNKNOWN = Long.MAX_VALUE;

    /** Returns true if a call may start now. */
    boolean hasRoom(long nowNanos);

    /**
     * Returns 0 when a call can start now, otherwise {@link #UNKNOWN}. Unlike {@link #hasRoom},
     * demands a permit from other workers. Keeps a permit that the call does not take at once,
     * since the call can be waiting for another limit.
     */
    long waitNanos(long nowNanos);

    /**
     * Takes the permit of a call.
     *
     * @return false if {@link #waitNanos} does not permit the call; then no permit is taken
     */
    boolean take(long nowNanos);

    /** Returns true if a call can be sent now with the permit that it has taken. */
    boolean maySend(long nowNanos);

    /** Returns the permit of a call that has ended or was not made. */
    void giveBack(long nowNanos);

    /** Returns the number of permits that are taken. */
    long used();

    /** Returns the number of permits that this worker holds and has not taken. */
    long leased(long nowNanos);
}
