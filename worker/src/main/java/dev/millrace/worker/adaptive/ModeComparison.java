package dev.millrace.worker.adaptive;

import dev.millrace.worker.adaptive.ProbedLevel.Probing;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Compares the calls accepted under a rate limit and under a limit of calls in flight, and keeps
 * the better mode. A rate fits a concurrency limit badly, because concurrency varies with the
 * duration of calls. A number of calls in flight fits a limit per second badly, because calls that
 * end together start together. If the mode does not change, the time until the next comparison
 * doubles.
 */
final class ModeComparison {
    /** Shortest duration of a comparison, and of the period of calls before it. */
    private static final Duration LEAST = Duration.ofSeconds(10);

    /** Time of the calls before, at most. */
    private static final Duration MOST = Duration.ofSeconds(20);

    /** Time for the other mode to find its level. */
    private static final Duration SETTLING = Duration.ofSeconds(5);

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(60);
    private static final int MAX_DOUBLINGS = 6;

    /** Fewer calls before are not compared. */
    private static final int LEAST_CALLS = 100;

    private static final int LEAST_IN_FLIGHT = 5;
    private static final double BETTER = 1.03;

    /** The measurement of the mode in use before the comparison. */
    private record Before(
            boolean isPaced, double level, double acceptedPerSecond, long comparedFromNanos) {}

    private final CallLimiter limiter;
    private final CallHistory history;
    private @Nullable Before before;

    /** Start of the current mode; earlier calls had another kind of limit. */
    private long sinceNanos;

    private long pausedUntilNanos;
    private int inVain;

    ModeComparison(CallLimiter limiter, CallHistory history, long nowNanos) {
        this.limiter = limiter;
        this.history = history;
        sinceNanos = nowNanos;
        pausedUntilNanos = nowNanos;
    }

    boolean isRunning() {
        return before != null;
    }

    /** Forgets the comparison, because a different limit applies. */
    void reset(long nowNanos) {
        before = null;
        sinceNanos = nowNanos;
    }

    /**
     * Changes the mode, if the last change is some time ago.
     *
     * @return false if the mode stays
     */
    boolean start(long nowNanos) {
        long recent = nowNanos - MOST.toNanos();
        CallSample calls = history.between(recent - sinceNanos > 0 ? recent : sinceNanos, nowNanos);
        if (!isDue(nowNanos) || calls.calls() < LEAST_CALLS) {
            return false;
        }
        double accepted = calls.acceptedPerSecond();
        before =
                new Before(
                        limiter.isPaced(),
                        limiter.level().value(),
                        accepted,
                        nowNanos + SETTLING.toNanos());
        if (limiter.isPaced()) {
            double inFlight = history.acceptedOf(limiter.inFlight(), nowNanos);
            limiter.keepInFlight(inFlight, inFlight, Probing.CAREFUL);
        } else {
            limiter.paceAt(accepted, accepted, Probing.EAGER, nowNanos);
        }
        return true;
    }

    private boolean isDue(long nowNanos) {
        return before == null
                && !limiter.isUnlimited()
                && limiter.level().probing() != Probing.SLOW
                && limiter.inFlight() >= LEAST_IN_FLIGHT
                && nowNanos - pausedUntilNanos >= 0
                && nowNanos - sinceNanos >= LEAST.toNanos();
    }

    /**
     * Ends the comparison if it has lasted long enough.
     *
     * @return false if it continues, or none is running
     */
    boolean end(long nowNanos) {
        if (before == null || nowNanos - before.comparedFromNanos() < LEAST.toNanos()) {
            return false;
        }
        CallSample calls = history.between(before.comparedFromNanos(), nowNanos);
        if (calls.acceptedPerSecond() > before.acceptedPerSecond() * BETTER) {
            inVain = 0;
            pause(nowNanos);
        } else {
            revert(nowNanos);
        }
        return true;
    }

    /** Returns to the mode before. */
    void revert(long nowNanos) {
        Before earlier = before;
        if (earlier == null) {
            return;
        }
        double level = earlier.level() * ProbedLevel.AT_LIMIT;
        if (earlier.isPaced()) {
            limiter.paceAt(level, earlier.level(), Probing.CAREFUL, nowNanos);
        } else {
            limiter.keepInFlight(level, earlier.level(), Probing.CAREFUL);
        }
        inVain = Math.min(MAX_DOUBLINGS, inVain + 1);
        pause(nowNanos);
    }

    private void pause(long nowNanos) {
        pausedUntilNanos = nowNanos + (FIRST_PAUSE.toNanos() << inVain);
        reset(nowNanos);
    }
}
