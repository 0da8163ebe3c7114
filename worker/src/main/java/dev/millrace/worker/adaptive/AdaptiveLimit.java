package dev.millrace.worker.adaptive;

import org.jspecify.annotations.Nullable;

/**
 * Finds the limit of one model that nobody configured. A window of calls in flight that grows
 * quickly finds out whether there is a limit at all. Once the provider refuses calls repeatedly, or
 * asks for a long wait, the window opens and a rate takes its place.
 *
 * <pre>
 *   STARTING ──no call refused──────────────► OPEN
 *       └──────repeated 429s, or a long wait──┬──┘
 *                                             ▼
 *                                          PACED
 * </pre>
 *
 * <p>Belongs to the loop's thread; times are of its ticker, which may overflow.
 */
public final class AdaptiveLimit {
    private static final int LATEST = 10;
    private static final int MANY = 50;

    /** Reached by four refused calls in a row. */
    private static final double REPEATED = 0.3;

    /** Reached by about eight refused calls of fifty. */
    private static final double FREQUENT = 0.15;

    private final InFlightWindow window;
    private final CallCounts counts;
    private @Nullable ThrottledPace pace;
    private int inFlight;

    /** Share of refused calls among about the latest {@link #LATEST}. */
    private double refusedOfLatest;

    /** Share of refused calls among about the latest {@link #MANY}. */
    private double refusedOfMany;

    /**
     * @param bound calls in flight that other limits allow in any case, 1 or more
     */
    public AdaptiveLimit(int bound, long nowNanos) {
        window = new InFlightWindow(bound, nowNanos);
        counts = new CallCounts(nowNanos);
    }

    /** Returns true if a call may start now. */
    public boolean hasRoom(long nowNanos) {
        return inFlight < window.size() && (pace == null || pace.hasRoom(nowNanos));
    }

    /**
     * Returns the nanoseconds until a call may start, or until the limit has to be asked again; 0
     * for now, {@link Long#MAX_VALUE} for the end of a call. Unlike {@link #hasRoom}, this notes
     * that the limit holds back a call, so that it may grow.
     */
    public long waitNanos(long nowNanos) {
        if (inFlight >= window.size()) {
            long untilGrowth = window.onFull(nowNanos);
            if (inFlight >= window.size()) {
                return untilGrowth == 0 ? Long.MAX_VALUE : untilGrowth;
            }
        }
        return pace == null ? 0 : pace.waitNanos(nowNanos);
    }

    /** Counts a call as in flight. */
    public void onStarted(long nowNanos) {
        inFlight++;
        counts.onStarted(nowNanos);
        if (pace != null) {
            pace.onStarted(nowNanos);
        }
    }

    /** Takes back {@link #onStarted}, because the call is not made. */
    public void onWithdrawn(long nowNanos) {
        inFlight--;
        counts.onRefused(nowNanos, nowNanos);
        if (pace != null) {
            pace.onWithdrawn();
        }
    }

    /** Records the end of a call. */
    public void onEnded(CallEnd end) {
        boolean isRefused = end.kind() == CallEnd.Kind.THROTTLED;
        refusedOfLatest += ((isRefused ? 1 : 0) - refusedOfLatest) / LATEST;
        refusedOfMany += ((isRefused ? 1 : 0) - refusedOfMany) / MANY;
        if (isRefused) {
            onThrottled(end);
        } else {
            window.onEnded(end, inFlight);
        }
        inFlight--;
    }

    private void onThrottled(CallEnd end) {
        long now = end.endedNanos();
        counts.onRefused(end.startedNanos(), now);
        boolean isRepeated = refusedOfLatest >= REPEATED || refusedOfMany >= FREQUENT;
        if (pace == null && (isRepeated || end.waitNanos() >= ThrottledPace.LONG_WAIT.toNanos())) {
            pace = new ThrottledPace(Math.max(1, counts.recentPerSecond(now)), end.startedNanos());
            window.open();
        }
        if (pace != null) {
            pace.onThrottled(end, isRepeated, counts.lastMinute(now));
        }
    }

    /** Opens the window, because the provider's headers name its limits. */
    public void onLimitsKnown() {
        window.open();
    }

    /** Returns the rate in calls per second; 0 while there is none. */
    public double perSecond() {
        return pace == null ? 0 : pace.perSecond();
    }

    /** Returns the calls that may be in flight. */
    public int window() {
        return window.size();
    }
}
