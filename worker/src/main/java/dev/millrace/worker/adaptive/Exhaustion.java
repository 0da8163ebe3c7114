package dev.millrace.worker.adaptive;

import dev.millrace.worker.adaptive.ProbedLevel.Probing;
import dev.millrace.worker.quota.CallEnd;
import java.time.Duration;

/**
 * A period in which the provider refuses most calls, because a limit is used up. Starting no call
 * costs nothing during the wait that the provider asks for, or during growing waits if it asks for
 * none. After each wait, a few calls check whether the provider accepts calls again.
 *
 * <p>A limit that is used up for 5 s or more has a window of a minute or longer, unless headers
 * name a shorter one. The number of calls accepted in the last window then predicts the next
 * window. The number is no measurement if it is small, or if nothing held back further calls; the
 * next start measures better. A second exhaustion soon afterwards confirms the number.
 */
final class Exhaustion {
    /** Length of a wait above which the used-up limit has a window of a minute or longer. */
    static final Duration LONG = Duration.ofSeconds(5);

    /** The wait if the provider asks for none; doubled up to {@link #MAX_DOUBLINGS} times. */
    private static final Duration FIRST_HOLD = Duration.ofMillis(250);

    private static final long SECOND_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int MINUTE_SECONDS = 60;
    private static final int MAX_DOUBLINGS = 5;

    /** Calls that show whether the provider accepts calls again. */
    private static final int CHECKS = 4;

    /** Fewer refused calls can have another cause. */
    private static final int FEW = 2;

    private static final double CHECKS_PER_SECOND = 20;

    /** Rate of checks if too few calls were accepted to estimate the limit. */
    private static final double BLIND_CHECKS_PER_SECOND = 2;

    private static final int FEW_ACCEPTED = 10;
    private static final int FEWEST_AMONG_REFUSED = 4;
    private static final double SEARCHING = 0.5;

    /** Factor by which a known limit per minute drops when it is used up again. */
    private static final double STILL = 0.97;

    private final CallLimiter limiter;
    private final CallHistory history;
    private final long beganNanos;

    /** True if the calls in flight were the limit, so that no rate was known. */
    private final boolean isStart;

    /** True if the accepted calls are no measurement, so that only the start reveals a limit. */
    private final boolean isBlind;

    /** Accepted calls per second in the last window of the limit, and at least a known limit. */
    private final double lastWindowPerSecond;

    /** The rate after the pause. */
    private double nextPerSecond;

    /** True if a limit of a minute, or longer, is used up. */
    private boolean isLong;

    private int holds;
    private long checksFromNanos;

    /**
     * Begins with a wait, and with a pace as the limit.
     *
     * @param refused the calls of which most were refused
     * @param window of the limit, as far as it is known
     * @param isAgain true if a start has just followed an earlier exhaustion
     */
    Exhaustion(
            CallLimiter limiter,
            CallHistory history,
            CallSample refused,
            Duration window,
            boolean isAgain,
            long nowNanos) {
        this.limiter = limiter;
        this.history = history;
        beganNanos = nowNanos;
        isStart = !limiter.isPaced();
        isLong = limiter.level().probing() == Probing.SLOW;
        long certain = history.certainlyAccepted(nowNanos);
        boolean isUnknown = certain < FEW_ACCEPTED && !(isAgain && certain > 0);
        isBlind = isStart && (limiter.isUnused() || isUnknown);
        CallSample lastWindow = history.between(nowNanos - window.toNanos(), nowNanos);
        // Calls whose refusal can still arrive are many beside few accepted ones.
        long accepted = isStart && certain < FEW_ACCEPTED ? certain : lastWindow.accepted();
        lastWindowPerSecond =
                Math.max(
                        accepted * 1e9 / window.toNanos(),
                        isLong ? limiter.level().value() * STILL : 0);
        double rate = limiter.isPaced() ? limiter.level().value() : Double.MAX_VALUE;
        nextPerSecond =
                Math.max(
                        lastWindowPerSecond * SEARCHING,
                        Math.min(rate, acceptedPerSecond(refused, nowNanos)));
        hold(nowNanos);
    }

    /**
     * Returns the rate of accepted calls: among the refused ones, since earlier calls can have used
     * up a burst. A window that is used up accepts none; then the last second counts.
     */
    private double acceptedPerSecond(CallSample refused, long nowNanos) {
        // At the start, fewer than the calls of a second.
        double lastSecond = history.between(nowNanos - SECOND_NANOS, nowNanos).accepted();
        return refused.accepted() < FEWEST_AMONG_REFUSED
                ? lastSecond
                : Math.min(lastSecond, refused.acceptedPerSecond());
    }

    private void hold(long nowNanos) {
        long asked = history.shortestWaitNanos();
        long hold = asked > 0 ? asked : FIRST_HOLD.toNanos() << Math.min(holds, MAX_DOUBLINGS);
        holds++;
        isLong |= Math.max(hold, nowNanos - beganNanos) >= LONG.toNanos();
        nextPerSecond = isLong ? lastWindowPerSecond : nextPerSecond;
        double least = isUnmeasured() ? BLIND_CHECKS_PER_SECOND : nextPerSecond;
        double checks =
                Math.max(
                        lastWindowPerSecond * ProbedLevel.AT_LIMIT,
                        Math.min(Math.max(least, nextPerSecond), CHECKS_PER_SECOND));
        limiter.paceAt(checks, checks, Probing.NEVER, nowNanos);
        limiter.hold(hold, nowNanos);
        checksFromNanos = nowNanos + CallHistory.COHORT.toNanos();
    }

    /** Returns true if only the start can reveal a limit, for example after no accepted call. */
    private boolean isUnmeasured() {
        return isBlind || nextPerSecond == 0;
    }

    /** Records that a call was refused. */
    void onRefused(CallEnd refused) {
        CallSample checks = history.between(checksFromNanos, refused.startedNanos());
        if (refused.startedNanos() - checksFromNanos >= 0
                && checks.refused() >= FEW
                && checks.isMostRefused()) {
            nextPerSecond = Math.max(lastWindowPerSecond, nextPerSecond * SEARCHING);
            hold(refused.endedNanos());
        }
    }

    /** Returns true when the provider accepts most calls again. */
    boolean isOver(long nowNanos) {
        CallSample checks = history.between(checksFromNanos, history.decidedNanos(nowNanos));
        return checks.calls() >= CHECKS && !checks.isMostRefused();
    }

    /**
     * Sets the rate for the time after the exhaustion; only when it {@link #isOver}.
     *
     * @return true if the start follows
     */
    boolean resume() {
        if (isUnmeasured()) {
            limiter.restart();
            return true;
        }
        Probing atShort = holds == 1 && !isStart ? Probing.CAREFUL : Probing.EAGER;
        Probing probing = isLong ? Probing.SLOW : atShort;
        limiter.set(nextPerSecond * ProbedLevel.AT_LIMIT, nextPerSecond, probing);
        return false;
    }

    /**
     * Returns true if the provider has accepted more calls since the last wait than the limit that
     * was measured allows in a minute. Only a limit below the lowest pace can be disproved so soon.
     */
    boolean isDisproved(long nowNanos) {
        if (!isLong || nextPerSecond >= CallPace.LEAST_PER_SECOND) {
            return false;
        }
        CallSample since = history.between(checksFromNanos, history.decidedNanos(nowNanos));
        return since.accepted() > nextPerSecond * MINUTE_SECONDS;
    }
}
