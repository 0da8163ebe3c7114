package dev.millrace.worker.adaptive;

import java.time.Duration;

/**
 * A rate, or a number of calls in flight, that grows while it holds back calls:
 *
 * <pre>
 *   below the limit   + 3 % of the limit each second
 *   at and beyond it  slowly at first, and ever faster; how slowly depends on {@link Probing}
 * </pre>
 *
 * <p><em>The limit</em> is the level at which the provider last refused calls.
 */
final class ProbedLevel {
    /** Interval of increases. */
    static final Duration STEP = Duration.ofMillis(100);

    /**
     * Levels above this part of the limit count as at the limit. A lowered level is set to this
     * part of the found limit.
     */
    static final double AT_LIMIT = 0.97;

    private static final double RECOVERY_PER_SECOND = 0.03;
    private static final double MAX_PROBE_PER_SECOND = 0.2;

    /** Calls per second below which a level at its limit grows with the calls, not with time. */
    static final double MANY_CALLS = 10;

    /** The growth of a level at the limit and beyond. */
    enum Probing {
        /** The limit is a guess. */
        EAGER(0.05, 3),
        /** Calls were refused at the limit. */
        CAREFUL(0.001, 8),
        /** For a limit per minute: refusals show a minute later that the level is high. */
        SLOW(0.001, 30),
        /** The level is kept for a comparison. */
        NEVER(0, 1);

        private final double perSecond;
        private final double doublingSeconds;

        Probing(double perSecond, double doublingSeconds) {
            this.perSecond = perSecond;
            this.doublingSeconds = doublingSeconds;
        }

        private double perSecondAfter(double seconds) {
            double probe = perSecond * Math.pow(2, seconds / doublingSeconds);
            return Math.min(MAX_PROBE_PER_SECOND, probe);
        }
    }

    private double value;
    private double limit;
    private Probing probing = Probing.EAGER;

    /** Seconds for which the level has been at or above the limit while it held back calls. */
    private double secondsAtLimit;

    private long steppedNanos;

    /** True if the level has held back a call since the last step; otherwise it must not grow. */
    private boolean isUsed;

    ProbedLevel(double value, long nowNanos) {
        this.value = value;
        limit = value;
        steppedNanos = nowNanos;
    }

    double value() {
        return value;
    }

    double limit() {
        return limit;
    }

    Probing probing() {
        return probing;
    }

    /** Records that the level holds back a call. */
    void onHeldBack() {
        isUsed = true;
    }

    /**
     * Lets time pass.
     *
     * @param callsPerSecond rate of calls at this level; with few calls, time shows little
     */
    void step(double callsPerSecond, long nowNanos) {
        long nanos = nowNanos - steppedNanos;
        if (nanos < STEP.toNanos()) {
            return;
        }
        steppedNanos = nowNanos;
        if (isUsed && probing != Probing.NEVER) {
            isUsed = false;
            // A long step with few calls is little evidence.
            grow(Math.min(1, nanos / 1e9), callsPerSecond);
        }
    }

    private void grow(double passed, double callsPerSecond) {
        if (value < limit * AT_LIMIT) {
            value += limit * RECOVERY_PER_SECOND * passed;
            return;
        }
        double seconds =
                probing == Probing.EAGER
                        ? passed
                        : passed * Math.min(1, callsPerSecond / MANY_CALLS);
        value += value * probing.perSecondAfter(secondsAtLimit) * seconds;
        secondsAtLimit += seconds;
    }

    /** Replaces the level and its limit. */
    void set(double newValue, double newLimit, Probing newProbing) {
        value = newValue;
        limit = Math.max(newValue, newLimit);
        probing = newProbing;
        secondsAtLimit = 0;
        isUsed = false;
    }
}
