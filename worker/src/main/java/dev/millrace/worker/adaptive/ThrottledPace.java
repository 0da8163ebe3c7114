package dev.millrace.worker.adaptive;

import java.time.Duration;

/**
 * The rate of a model's calls once the provider has refused some. Finds the provider's limit by
 * additive increase and multiplicative decrease:
 *
 * <pre>
 *   refused           rate
 *   again and again   × 0.5                    the limit is far below: SEARCHING
 *   at the limit      × 0.9, then × 0.95       once for all calls that were under way
 *   for 5 s or more   accepted in a minute ÷ 60 s   the provider's window of a minute is full
 *
 *   not refused       + 2 % of the limit each second, up to the limit
 *                     beyond it + 2 % (or 0.1 % if the limit is CONFIRMED) each second, and ever faster
 * </pre>
 *
 * <p><em>The limit</em> is the rate that was refused last. A single refused call far below the
 * limit has another cause, such as a provider that is short of capacity: it changes nothing.
 *
 * <p>The rate never falls below half of the calls that the provider accepted in the last minute:
 * whatever its window is, it accepts as many again. The wait that a provider asks for holds back
 * all calls of the model.
 */
final class ThrottledPace {
    private static final double SECOND_NANOS = 1e9;
    private static final double SECONDS_OF_MINUTE = 60;

    /** A longer wait shows that a window of a minute, or longer, is full. */
    static final Duration LONG_WAIT = Duration.ofSeconds(5);

    /** A longer wait is checked by a call: limits of a day may be raised at any time. */
    private static final Duration MAX_HOLD = Duration.ofSeconds(60);

    /** The wait if the provider asks for none; doubled up to {@link #MAX_DOUBLINGS} times. */
    private static final Duration FIRST_HOLD = Duration.ofMillis(250);

    private static final int MAX_DOUBLINGS = 5;

    private static final double SEARCHING = 0.5;
    private static final double UNCONFIRMED = 0.9;
    private static final double CONFIRMED = 0.95;

    /** Rates above this part of the limit are at the limit. */
    private static final double AT_LIMIT = 0.97;

    /** A limit that is refused again was too high, by a little at least. */
    private static final double DRIFT = 0.995;

    /** A rate beyond this multiple of the limit shows another limit. */
    private static final double ANOTHER_LIMIT = 1.15;

    private static final double RECOVERY_PER_SECOND = 0.02;
    private static final double CONFIRMED_PROBE = 0.001;
    private static final double UNCONFIRMED_PROBE = 0.02;
    private static final double MAX_PROBE = 0.2;
    private static final double CONFIRMED_DOUBLING_SECONDS = 8;
    private static final double UNCONFIRMED_DOUBLING_SECONDS = 5;
    private static final double LEAST_PER_SECOND = 0.2;

    /** Interval of increases. */
    private static final Duration STEP = Duration.ofMillis(100);

    /** Calls that are due within this time may start together, as they share a transaction. */
    private static final Duration CREDIT = Duration.ofMillis(50);

    private double perSecond;

    /** The limit: the rate that was refused last. */
    private double limitPerSecond;

    /** True if the limit was refused twice. */
    private boolean isConfirmed;

    /** Time of the next call at the rate. */
    private long nextNanos;

    private long heldUntilNanos;
    private long decreasedNanos;
    private long steppedNanos;

    /** Seconds for which the rate has been at or above the limit while it held back calls. */
    private double secondsAtLimit;

    private int searches;

    /** True if the rate has held back a call since the last step; otherwise it must not grow. */
    private boolean isUsed;

    /**
     * @param perSecond the rate at which calls were started when the provider refused some
     */
    ThrottledPace(double perSecond, long nowNanos) {
        this.perSecond = perSecond;
        limitPerSecond = perSecond;
        nextNanos = nowNanos;
        heldUntilNanos = nowNanos;
        decreasedNanos = nowNanos;
        steppedNanos = nowNanos;
    }

    double perSecond() {
        return perSecond;
    }

    /** Returns the nanoseconds until the next call may start; 0 for now. */
    long waitNanos(long nowNanos) {
        step(nowNanos);
        long held = heldUntilNanos - nowNanos;
        long paced = pacedNanos(nowNanos);
        isUsed |= held <= 0 && paced > 0;
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
        return (long) (SECOND_NANOS / perSecond);
    }

    private void step(long nowNanos) {
        long nanos = nowNanos - steppedNanos;
        if (nanos < STEP.toNanos()) {
            return;
        }
        steppedNanos = nowNanos;
        if (isUsed) {
            isUsed = false;
            // A long step with few calls is little evidence.
            increase(Math.min(1, nanos / SECOND_NANOS));
        }
    }

    private void increase(double seconds) {
        if (isAtLimit()) {
            perSecond += limitPerSecond * probePerSecond() * seconds;
            secondsAtLimit += seconds;
        } else {
            perSecond += limitPerSecond * RECOVERY_PER_SECOND * seconds;
        }
    }

    private boolean isAtLimit() {
        return perSecond >= limitPerSecond * AT_LIMIT;
    }

    private double probePerSecond() {
        double probe =
                isConfirmed
                        ? CONFIRMED_PROBE * Math.pow(2, secondsAtLimit / CONFIRMED_DOUBLING_SECONDS)
                        : UNCONFIRMED_PROBE
                                * Math.pow(2, secondsAtLimit / UNCONFIRMED_DOUBLING_SECONDS);
        return Math.min(MAX_PROBE, probe);
    }

    /**
     * Records that the provider refused a call.
     *
     * @param isRepeated true if it refused several of the latest calls
     * @param acceptedLastMinute calls of the last minute that were not refused
     */
    void onThrottled(CallEnd refused, boolean isRepeated, long acceptedLastMinute) {
        long now = refused.endedNanos();
        boolean isLong = refused.waitNanos() >= LONG_WAIT.toNanos();
        if (refused.startedNanos() - decreasedNanos < 0) {
            // The rate has been decreased for this call and others already.
            if (isRepeated) {
                hold(refused.waitNanos(), now);
            }
        } else if (isLong || isRepeated || isAtLimit()) {
            decrease(isLong, isRepeated, acceptedLastMinute / SECONDS_OF_MINUTE);
            decreasedNanos = now;
            secondsAtLimit = 0;
            isUsed = false;
            if (isLong || isRepeated) {
                hold(refused.waitNanos() > 0 ? refused.waitNanos() : searchHoldNanos(), now);
            }
        }
    }

    private void decrease(boolean isLong, boolean isRepeated, double acceptedPerSecond) {
        if (isLong) {
            limitPerSecond = Math.min(perSecond, acceptedPerSecond);
            perSecond = limitPerSecond * AT_LIMIT;
            isConfirmed = true;
        } else if (isRepeated) {
            limitPerSecond = perSecond;
            perSecond *= SEARCHING;
            isConfirmed = false;
        } else {
            isConfirmed = perSecond < limitPerSecond * ANOTHER_LIMIT;
            limitPerSecond = Math.max(limitPerSecond * DRIFT, perSecond);
            perSecond *= isConfirmed ? CONFIRMED : UNCONFIRMED;
        }
        searches = isRepeated ? searches + 1 : 0;
        double least = Math.max(LEAST_PER_SECOND, acceptedPerSecond * SEARCHING);
        perSecond = Math.max(perSecond, least);
        limitPerSecond = Math.max(perSecond, limitPerSecond);
    }

    private long searchHoldNanos() {
        return FIRST_HOLD.toNanos() << Math.min(searches, MAX_DOUBLINGS);
    }

    private void hold(long nanos, long nowNanos) {
        long until = nowNanos + Math.min(nanos, MAX_HOLD.toNanos());
        if (until - heldUntilNanos > 0) {
            heldUntilNanos = until;
            nextNanos = until + CREDIT.toNanos();
        }
    }
}
