package dev.millrace.worker.adaptive;

import dev.millrace.worker.adaptive.ProbedLevel.Probing;
import dev.millrace.worker.quota.CallEnd;
import org.jspecify.annotations.Nullable;

/**
 * Limits a model's calls either by the number in flight or by their rate. At the start, and at a
 * limit of concurrent calls, the window is the limit. At any other limit, a pace replaces it and
 * the window is open.
 */
final class CallLimiter {
    private final InFlightWindow window;
    private @Nullable CallPace pace;

    /** True if the pace is a trial, after which the window is the limit again. */
    private boolean isTryingPace;

    private int inFlight;

    /** True if limits are known by other means than refused calls. */
    private boolean isKnown;

    CallLimiter(int bound, long nowNanos) {
        window = new InFlightWindow(bound, nowNanos);
    }

    boolean hasRoom(long nowNanos) {
        return inFlight < window.size() && (pace == null || pace.hasRoom(nowNanos));
    }

    /** Returns the nanoseconds until a call may start; see {@link AdaptiveLimit#waitNanos}. */
    long waitNanos(long nowNanos) {
        if (inFlight >= window.size()) {
            long untilGrowth = window.onFull(nowNanos);
            if (inFlight >= window.size()) {
                return untilGrowth == 0 ? Long.MAX_VALUE : untilGrowth;
            }
        }
        return pace == null ? 0 : pace.waitNanos(nowNanos);
    }

    void onStarted(long nowNanos) {
        inFlight++;
        if (pace != null) {
            pace.onStarted(nowNanos);
        }
    }

    void onWithdrawn() {
        inFlight--;
        if (pace != null) {
            pace.onWithdrawn();
        }
    }

    void onEnded(CallEnd end) {
        window.onEnded(end, inFlight);
        inFlight--;
    }

    int inFlight() {
        return inFlight;
    }

    /** Returns the highest number of calls in flight. */
    int window() {
        return window.size();
    }

    /** Returns the rate in calls per second; 0 while the calls in flight are the limit. */
    double perSecond() {
        return pace == null ? 0 : pace.level().value();
    }

    boolean isPaced() {
        return pace != null;
    }

    /**
     * Returns true until a limit is found, or until the window allows every call that other limits
     * allow.
     */
    boolean isStarting() {
        return pace == null && window.isStarting();
    }

    /** Returns true if only the number of jobs has limited the calls. */
    boolean isUnused() {
        return pace == null && window.isUnused();
    }

    /** Returns true if the window allows every call that other limits allow. */
    boolean isOpen() {
        return window.isOpen();
    }

    /** Returns true until a limit was found. */
    boolean isUnlimited() {
        return pace == null && (window.isStarting() || window.isOpen());
    }

    /** Returns the level of the pace, or of the window without one. */
    ProbedLevel level() {
        return pace == null ? window.level() : pace.level();
    }

    /** Returns the level, or the number of calls in flight if a window limits it further. */
    double used() {
        return pace == null
                ? Math.min(window.level().value(), inFlight + 1.0)
                : pace.level().value();
    }

    /** Sets the level of the pace, or of the window without one. */
    void set(double level, double limit, Probing probing) {
        if (pace == null) {
            window.set(level, limit, probing);
        } else {
            pace.level().set(Math.max(CallPace.LEAST_PER_SECOND, level), limit, probing);
        }
    }

    /** Lets a pace be the limit. */
    void paceAt(double perSecond, double limit, Probing probing, long nowNanos) {
        if (pace == null || isTryingPace) {
            isTryingPace = false;
            pace = new CallPace(nowNanos);
            window.open();
        }
        set(perSecond, limit, probing);
    }

    /** Tries a rate without changing the window. */
    void tryPace(double perSecond, long nowNanos) {
        pace = new CallPace(nowNanos);
        isTryingPace = true;
        set(perSecond, perSecond, Probing.NEVER);
    }

    /** Ends {@link #tryPace}, if it has not ended. */
    void endPace() {
        if (isTryingPace) {
            isTryingPace = false;
            pace = null;
            window.onHeldBack();
        }
    }

    boolean isTryingPace() {
        return isTryingPace;
    }

    /** Lets the calls in flight be the limit. */
    void keepInFlight(double calls, double limit, Probing probing) {
        endPace();
        pace = null;
        window.set(calls, limit, probing);
    }

    /** Continues the start, from a number of calls in flight. */
    void resumeStart(double calls) {
        window.resume(calls);
    }

    /** Restarts: with few calls, or with all allowed calls if the limits are known. */
    void restart() {
        endPace();
        pace = null;
        if (isKnown) {
            window.open();
        } else {
            window.restart(0);
        }
    }

    /** Ends the start, because the provider's limit is known by other means. */
    void open() {
        isKnown = true;
        window.open();
    }

    /** Continues the start from the calls in flight, because no limit is known any more. */
    void search() {
        isKnown = false;
        if (isOpen() && pace == null) {
            window.restart(inFlight);
        }
    }

    /** Stops calls from starting for a time, if there is a pace. */
    void hold(long nanos, long nowNanos) {
        if (pace != null) {
            pace.hold(nanos, nowNanos);
        }
    }
}
