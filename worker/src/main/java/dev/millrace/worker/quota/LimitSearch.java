package dev.millrace.worker.quota;

import java.time.Duration;

/**
 * Searches the limit of a model's calls with one key that nobody configured. A feature implements
 * it, and the worker has {@link #NONE} without the feature. Belongs to the loop's thread; times are
 * of its ticker, which can overflow.
 */
public interface LimitSearch {
    /** Searches nothing. */
    Factory NONE = (_, _) -> new LimitSearch() {};

    /** Creates the search of one model and key. */
    interface Factory {
        /**
         * Starts a search.
         *
         * @param bound calls in flight that other limits allow in any case, 1 or more
         */
        LimitSearch start(int bound, long nowNanos);
    }

    /** Returns true if a call may start now. */
    default boolean hasRoom(long nowNanos) {
        return true;
    }

    /**
     * Returns the nanoseconds until a call can start, or until the caller has to ask again; 0 for
     * now, {@link Long#MAX_VALUE} to wait for the end of a call. Unlike {@link #hasRoom}, notes
     * that the limit holds back a call, so that the limit can grow.
     */
    default long waitNanos(long nowNanos) {
        return 0;
    }

    /** Counts a call as in flight. */
    default void onStarted(long nowNanos) {}

    /** Takes back {@link #onStarted}, because the call is not made. */
    default void onWithdrawn(long nowNanos) {}

    /** Records the end of a call. */
    default void onEnded(CallEnd end) {}

    /** Returns the limit found so far, and how it was found. */
    default FoundLimit found() {
        return new FoundLimit(0, 0, 0, 0, FoundLimit.Phase.SEARCHING);
    }

    /** Notes that the provider's limit has a window of the given length. */
    default void onWindowKnown(Duration length) {}

    /** Notes that headers name no limit any more. */
    default void onLimitsUnnamed(boolean isConfigured) {}

    /** Notes that limits are configured or named by the provider's headers. */
    default void onLimitsKnown() {}

    /** Returns the rate in calls per second; 0 without one. */
    default double perSecond() {
        return 0;
    }

    /** Returns true once refusals have shown a limit. */
    default boolean isLimited() {
        return false;
    }

    /** Returns the number of calls that started in the last minute. */
    default long lastMinute(long nowNanos) {
        return 0;
    }

    /** Returns the number of calls in flight. */
    default int inFlight() {
        return 0;
    }
}
