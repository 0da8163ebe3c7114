package dev.millrace.worker.adaptive;

import dev.millrace.worker.adaptive.ProbedLevel.Probing;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Lowers the level for a while, to measure which refusals the lower level avoids. The share of
 * calls still refused at the lowered level is {@linkplain UnavoidableShare unavoidable}. If it is
 * close to the earlier share, the level was not the cause and is restored.
 *
 * <p>A trial is needed when calls are refused below the level of the first refusals: lowering the
 * level did not help.
 */
final class LoweringTrials {
    /** Part of the reference below which a level is clearly below the limit. */
    private static final double BELOW = 0.95;

    private static final double AT_REFERENCE = 0.97;

    /** Evidence, in nats, for a first trial; each unsuccessful trial adds this amount. */
    private static final double ENOUGH = 8;

    private static final int MOST_IN_VAIN = 8;
    private static final int LEAST_BELOW = 30;

    /** Largest share of all calls that a true limit refuses for long. */
    private static final double NORMAL = 0.015;

    private static final int FEWEST_CALLS = 15;

    /** Number of calls that a trial would see refused if lowering did not help. */
    private static final int EXPECTED_REFUSED = 8;

    private static final double LOWERED = 0.8;
    private static final double LOWERED_RATE = 0.9;
    private static final double MOST_REFUSED = 0.5;
    private static final Duration SECOND = Duration.ofSeconds(1);

    /** Time after which calls of the previous level no longer matter. */
    private static final Duration SETTLING = SECOND;

    private static final Duration SETTLING_OF_START = Duration.ofMillis(300);
    private static final Duration RECENT = Duration.ofSeconds(10);
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final CallLimiter limiter;
    private final CallHistory history;
    private final UnavoidableShare unavoidable;
    private @Nullable LoweredTrial trial;

    /** The level at which calls were refused. */
    private double reference;

    private Count all = new Count();
    private Count below = new Count();

    /** Trials in a row that showed a true limit. */
    private int inVain;

    private static final class Count {
        long calls;
        long refused;

        CallSample sample() {
            return new CallSample(Math.max(calls, refused), refused, 1);
        }
    }

    LoweringTrials(CallLimiter limiter, CallHistory history, UnavoidableShare unavoidable) {
        this.limiter = limiter;
        this.history = history;
        this.unavoidable = unavoidable;
    }

    boolean isRunning() {
        return trial != null;
    }

    /** Returns the expected share of refused calls if lowering the level does not help. */
    double expectedShare() {
        double share = unavoidable.share();
        return trial == null ? share : Math.max(share, trial.before().share());
    }

    private boolean isBelow() {
        return trial == null && limiter.level().value() < BELOW * reference;
    }

    /** Returns true if the level is one at which calls were refused. */
    boolean isAtReference() {
        return limiter.level().value() >= AT_REFERENCE * reference;
    }

    void onStarted() {
        all.calls++;
        below.calls += isBelow() ? 1 : 0;
    }

    /** Takes back {@link #onStarted}. */
    void onWithdrawn() {
        all.calls -= all.calls > all.refused ? 1 : 0;
        below.calls -= isBelow() && below.calls > below.refused ? 1 : 0;
    }

    void onRefused() {
        all.refused++;
        below.refused += isBelow() && below.refused < below.calls ? 1 : 0;
    }

    /** Records that the level is going to be lowered. */
    void onDecrease() {
        reference = Math.max(reference, limiter.level().value());
    }

    /** Forgets all counts, because a different limit applies. */
    void reset() {
        trial = null;
        reference = limiter.level().limit();
        all = new Count();
        below = new Count();
    }

    /** Ends the trial without a result. */
    void abort() {
        if (trial != null && limiter.isTryingPace()) {
            limiter.endPace();
        } else if (trial != null) {
            limiter.set(trial.level(), trial.limit(), trial.probing());
        }
        reset();
    }

    /** Returns true if the refused calls can have another cause than the level. */
    boolean isNeeded(CallSample refused) {
        return isUnproven(refused) || lasting().calls() > 0;
    }

    /** Returns true if no limit and no unavoidable share is certain. */
    private boolean isUnproven(CallSample refused) {
        return refused.calls() >= FEWEST_CALLS
                && (limiter.isUnlimited() || unavoidable.isGuessed());
    }

    /**
     * Returns the refusals that remained although the level was lowered; {@link CallSample#NONE}
     * for none.
     */
    private CallSample lasting() {
        double enough = ENOUGH * (1 + inVain);
        double share = unavoidable.share();
        CallSample low = below.sample();
        if (low.calls() >= LEAST_BELOW && low.evidenceOfMoreThan(share) > enough) {
            return low;
        }
        CallSample both = all.sample();
        boolean isLasting = both.evidenceOfMoreThan(Math.max(NORMAL, share)) > enough;
        return isLasting ? both : CallSample.NONE;
    }

    /** Lowers the level, if a trial {@link #isNeeded}. */
    void start(CallSample refused, long nowNanos) {
        lower(isUnproven(refused) ? refused : lasting(), nowNanos);
    }

    private void lower(CallSample before, long nowNanos) {
        double used = limiter.used();
        trial = trialOf(before, used, nowNanos);
        if (limiter.isUnlimited()) {
            limiter.tryPace(acceptedPerSecond(before, nowNanos) * LOWERED_RATE, nowNanos);
        } else {
            double refusedShare = Math.min(MOST_REFUSED, before.share());
            limiter.set(used * (1 - refusedShare) * LOWERED, used, Probing.NEVER);
        }
    }

    /** Returns the rate of accepted calls at the unlimited level. */
    private double acceptedPerSecond(CallSample before, long nowNanos) {
        CallSample recent = history.between(nowNanos - RECENT.toNanos(), nowNanos);
        double rate =
                recent.calls() >= FEWEST_CALLS
                        ? recent.acceptedPerSecond()
                        : history.lastMinute(nowNanos).accepted() / 60.0;
        return Math.min(before.acceptedPerSecond(), rate);
    }

    private LoweredTrial trialOf(CallSample before, double used, long nowNanos) {
        ProbedLevel level = limiter.level();
        boolean isOfStart = limiter.isUnlimited();
        Duration settling = isOfStart ? SETTLING_OF_START : SETTLING;
        int expected = unavoidable.isGuessed() ? 2 * EXPECTED_REFUSED : EXPECTED_REFUSED;
        return new LoweredTrial(
                used,
                isOfStart ? level.value() : Math.max(level.value(), level.limit()),
                level.probing(),
                before,
                history.between(nowNanos - SECOND.toNanos(), nowNanos).accepted(),
                nowNanos + settling.toNanos(),
                Math.max(FEWEST_CALLS, (long) (expected / before.share())),
                isOfStart,
                false);
    }

    /**
     * Ends the trial if it has enough calls, and sets the level that follows from it.
     *
     * @return false if it continues, or none is running
     */
    boolean end(long nowNanos) {
        LoweredTrial current = trial;
        if (current == null) {
            return false;
        }
        CallSample lowered =
                history.sinceAccepted(current.fromNanos(), history.decidedNanos(nowNanos));
        boolean isLong = nowNanos - current.fromNanos() >= LONGEST.toNanos();
        if (lowered.calls() < current.needed() && !isLong) {
            return false;
        }
        if (current.isBetterThan(lowered)) {
            limiter.endPace();
            lower(lowered, nowNanos);
            return false;
        }
        if (!isLong && current.isInconclusive(lowered)) {
            trial = current.extended(nowNanos);
            return false;
        }
        if (lowered.calls() >= FEWEST_CALLS) {
            unavoidable.measure(lowered);
        }
        limiter.endPace();
        if (current.avoidsRefusals(lowered)) {
            inVain = Math.min(MOST_IN_VAIN, inVain + 1);
            onTrueLimit(current, lowered, nowNanos);
        } else {
            inVain = 0;
            onNoLimit(current);
        }
        return true;
    }

    private void onNoLimit(LoweredTrial ended) {
        if (ended.isOfStart()) {
            limiter.resumeStart(ended.limit());
        } else {
            Probing probing = ended.probing() == Probing.SLOW ? Probing.SLOW : Probing.EAGER;
            limiter.set(ended.limit(), ended.limit(), probing);
        }
    }

    private void onTrueLimit(LoweredTrial ended, CallSample lowered, long nowNanos) {
        // A lower rate has helped although the calls in flight have hardly become fewer.
        boolean isRate = limiter.inFlight() > ended.level() * LOWERED_RATE;
        if (ended.isOfStart() && (isRate || history.shortestWaitNanos() > 0)) {
            double least = Math.max(1, lowered.acceptedPerSecond() / LOWERED_RATE);
            double rate = isRate ? least : Math.max(least, ended.acceptedPerSecond());
            limiter.paceAt(rate * ProbedLevel.AT_LIMIT, rate, Probing.EAGER, nowNanos);
        } else if (ended.probing() == Probing.SLOW) {
            limiter.set(ended.limit() * ProbedLevel.AT_LIMIT, ended.limit(), Probing.SLOW);
        } else {
            double remaining =
                    unavoidable.remaining(
                            ended.before(), LevelDecrease.CAUTION, LevelDecrease.LEAST_REMAINING);
            double limit = ended.level() * remaining;
            Probing probing = ended.isOfStart() ? Probing.EAGER : Probing.CAREFUL;
            limiter.set(limit * ProbedLevel.AT_LIMIT, limit, probing);
        }
    }
}
