package dev.millrace.worker.adaptive;

import java.time.Duration;

/** Starts a model's calls evenly at a rate, and holds all of them back for a while on request. */
final class CallPace {
    private static final double SECOND_NANOS = 1e9;

    /**
     * Longest wait without a check by a call, since a provider can raise a daily limit at any time.
     */
    private static final Duration MAX_HOLD = Duration.ofSeconds(60);

    /** Calls that are due within this time may start together, as they share a transaction. */
    private static final Duration CREDIT = Duration.ofMillis(50);

    static final double LEAST_PER_SECOND = 0.2;

    private final ProbedLevel level;

    /** Time of the next call at the rate. */
    private long nextNanos;

    private long heldUntilNanos;

    CallPace(long nowNanos) {
        level = new ProbedLevel(LEAST_PER_SECOND, nowNanos);
        nextNanos = nowNanos;
        heldUntilNanos = nowNanos;
    }

    ProbedLevel level() {
        return level;
    }

    /** Returns the nanoseconds until the next call may start; 0 for now. */
    long waitNanos(long nowNanos) {
        level.step(level.value(), nowNanos);
        long held = heldUntilNanos - nowNanos;
        long paced = pacedNanos(nowNanos);
        if (held <= 0 && paced > 0) {
            level.onHeldBack();
        }
        return Math.max(0, Math.max(held, paced));
    }

    private long pacedNanos(long nowNanos) {
        return nextNanos - nowNanos - CREDIT.toNanos();
    }

    /** Returns true if a call may start now. */
    boolean hasRoom(long nowNanos) {
        return heldUntilNanos - nowNanos <= 0 && pacedNanos(nowNanos) <= 0;
    }

    void onStarted(long nowNanos) {
        nextNanos = nowNanos + Math.max(0, nextNanos - nowNanos) + spacingNanos();
    }

    /** Takes back {@link #onStarted}, because the call is not made. */
    void onWithdrawn() {
        nextNanos -= spacingNanos();
    }

    private long spacingNanos() {
        return (long) (SECOND_NANOS / level.value());
    }

    /** Stops calls from starting for the given time, at most a minute. */
    void hold(long nanos, long nowNanos) {
        long until = nowNanos + Math.min(nanos, MAX_HOLD.toNanos());
        if (until - heldUntilNanos > 0) {
            heldUntilNanos = until;
            nextNanos = until + CREDIT.toNanos();
        }
    }
}
