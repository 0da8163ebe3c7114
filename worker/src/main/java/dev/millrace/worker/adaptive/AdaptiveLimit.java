package dev.millrace.worker.adaptive;

import dev.millrace.worker.quota.CallEnd;
import dev.millrace.worker.quota.FoundLimit;
import dev.millrace.worker.quota.LimitSearch;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Finds the unconfigured limit of one model from the share of refused calls. A fast-growing window
 * of calls in flight first finds out whether a limit exists. When more calls are refused than
 * chance explains, one of these answers follows:
 *
 * <pre>
 *   most calls refused           no call starts for a while: {@link Exhaustion}
 *   refused at lower levels too  refusals that remain at a lowered level have another cause, and no
 *                                longer count: {@link LoweringTrials}
 *   refused again and again      the limit switches between rate and calls in flight, if more calls
 *                                are then accepted: {@link ModeComparison}
 *   otherwise                    the level drops to the accepted calls: {@link LevelDecrease}
 * </pre>
 *
 * <p>The first three answers take time. While one of them runs, no other begins, except that {@link
 * Exhaustion} ends the other two:
 *
 * <pre>
 *                 ┌──────────► LoweringTrials ───┐
 *   start, or ────┼──────────► ModeComparison ───┼──► a new level,
 *   a level       │                 │ most       │    with new evidence
 *                 │                 ▼ refused    │
 *                 └──────────► Exhaustion ───────┘
 * </pre>
 *
 * <p>Belongs to the loop's thread; times are of its ticker, which can overflow.
 */
public final class AdaptiveLimit implements LimitSearch {
    /** Time within which calls that were announced at the previous level are sent. */
    private static final Duration ANNOUNCED = Duration.ofMillis(100);

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** Time without a starting or waiting call after which the found limit is forgotten. */
    public static final Duration IDLE = Duration.ofSeconds(10);

    /**
     * Time after a restart within which a start that is too fast uses up a limit per minute again.
     */
    private static final Duration RESTARTED = Duration.ofSeconds(90);

    /** Age of the oldest calls that may lower the unavoidable share. */
    private static final Duration RECENT = Duration.ofSeconds(30);

    /**
     * Before a limit is found, a sample of this many calls or fewer is no evidence: calls of the
     * start begin together, which alone can cause refusals.
     */
    private static final int FEW_OF_START = 14;

    private final long idleNanos;
    private final CallHistory history;
    private final CallLimiter limiter;
    private final UnavoidableShare unavoidable;
    private final LoweringTrials trials;
    private final ModeComparison modes;
    private final LevelDecrease decrease;
    private final RefusalEvidence evidence;
    private @Nullable Exhaustion exhaustion;

    /** The last exhaustion that has measured a limit. */
    private @Nullable Exhaustion measured;

    /** Window of the provider's limit, as far as it is known. */
    private Duration window = MINUTE;

    /**
     * Until this time, another exhaustion shows that the restart after the last one was too fast.
     */
    private long restartedUntilNanos;

    /** Calls that started earlier are no evidence about the current level. */
    private long sinceNanos;

    private long sampledNanos;

    /** Calls refused since the search began, and the time of the first refusal. */
    private int refusals;

    private long firstRefusalNanos;

    /** Until this time, a call is in flight or waits. */
    private long usedUntilNanos;

    /**
     * Creates a search that restarts after {@link #IDLE}.
     *
     * @param bound calls in flight that other limits allow in any case, 1 or more
     */
    public AdaptiveLimit(int bound, long nowNanos) {
        this(bound, IDLE, nowNanos);
    }

    /**
     * @param bound calls in flight that other limits always allow, 1 or more
     * @param idle time without a starting or waiting call after which the found limit is forgotten
     */
    public AdaptiveLimit(int bound, Duration idle, long nowNanos) {
        this(bound, idle, new CallHistory(nowNanos), new UnavoidableShare(), nowNanos);
    }

    AdaptiveLimit(
            int bound,
            Duration idle,
            CallHistory history,
            UnavoidableShare unavoidable,
            long nowNanos) {
        idleNanos = idle.toNanos();
        this.history = history;
        this.unavoidable = unavoidable;
        limiter = new CallLimiter(bound, nowNanos);
        trials = new LoweringTrials(limiter, history, unavoidable);
        modes = new ModeComparison(limiter, history, nowNanos);
        decrease = new LevelDecrease(limiter, history, unavoidable, nowNanos);
        evidence = new RefusalEvidence(history, unavoidable);
        sinceNanos = nowNanos;
        sampledNanos = nowNanos;
        usedUntilNanos = nowNanos;
        restartedUntilNanos = nowNanos;
    }

    @Override
    public boolean hasRoom(long nowNanos) {
        forgetIfIdle(nowNanos);
        return limiter.hasRoom(nowNanos);
    }

    @Override
    public long waitNanos(long nowNanos) {
        forgetIfIdle(nowNanos);
        long wait = limiter.waitNanos(nowNanos);
        onUsedUntil(wait == Long.MAX_VALUE ? nowNanos : nowNanos + wait);
        return wait;
    }

    private void onUsedUntil(long nanos) {
        usedUntilNanos = nanos - usedUntilNanos > 0 ? nanos : usedUntilNanos;
    }

    /**
     * Restarts the search after an idle time: old refusals are weaker evidence than the first new
     * calls.
     */
    private void forgetIfIdle(long nowNanos) {
        if (limiter.inFlight() == 0 && nowNanos - usedUntilNanos >= idleNanos) {
            exhaustion = null;
            refusals = 0;
            restartedUntilNanos = nowNanos;
            limiter.restart();
            onNewLevel(nowNanos);
            onUsedUntil(nowNanos);
        }
    }

    @Override
    public void onStarted(long nowNanos) {
        limiter.onStarted(nowNanos);
        history.onStarted(nowNanos);
        trials.onStarted();
    }

    @Override
    public void onWithdrawn(long nowNanos) {
        limiter.onWithdrawn();
        history.onWithdrawn(nowNanos);
        trials.onWithdrawn();
    }

    @Override
    public void onEnded(CallEnd end) {
        limiter.onEnded(end);
        onUsedUntil(end.endedNanos());
        if (end.kind() == CallEnd.Kind.THROTTLED) {
            firstRefusalNanos = refusals == 0 ? end.endedNanos() : firstRefusalNanos;
            refusals++;
            history.onRefused(end.startedNanos(), end.endedNanos());
            if (end.startedNanos() - sinceNanos >= 0) {
                history.addWait(end.waitNanos());
                onThrottled(end);
            }
        }
        learn(end.endedNanos());
    }

    private void onThrottled(CallEnd end) {
        if (exhaustion != null) {
            exhaustion.onRefused(end);
            return;
        }
        trials.onRefused();
        CallSample refused = evidence.of(end, sinceNanos, canAvoidAll(), isAtKnownLimit());
        if (RefusalEvidence.isExhaustion(refused)) {
            if (RefusalEvidence.isCertain(refused, trials.expectedShare())) {
                onMostRefused(refused, end.endedNanos());
            }
        } else if (refused.calls() > (limiter.isUnlimited() ? FEW_OF_START : 0)
                && !trials.isRunning()
                && !isUndecidedAtOneCall(refused)) {
            onExcess(refused, end.endedNanos());
        }
    }

    /**
     * Returns true if the level cannot be lowered, and one more refused call would be conclusive.
     */
    private boolean isUndecidedAtOneCall(CallSample refused) {
        return !limiter.isPaced()
                && limiter.level().value() <= 1
                && RefusalEvidence.mayBeExhaustion(refused);
    }

    /** Returns true if a limit was found that would avoid all known refusals. */
    private boolean canAvoidAll() {
        return !unavoidable.isKnown() && !limiter.isUnlimited() && !trials.isRunning();
    }

    /** Returns true if calls were refused at this level and the level is no guess. */
    private boolean isAtKnownLimit() {
        return limiter.level().probing() != ProbedLevel.Probing.EAGER && trials.isAtReference();
    }

    private void onMostRefused(CallSample refused, long now) {
        restart(now, Duration.ZERO);
        if (limiter.isTryingPace()) {
            trials.abort();
        }
        if (modes.isRunning()) {
            modes.revert(now);
            trials.reset();
        } else if (history.shortestWaitNanos() == 0
                && !trials.isRunning()
                && decrease.toAcceptedInFlight(now)) {
            trials.reset();
        } else {
            trials.abort();
            modes.reset(now);
            unavoidable.forgetGuess();
            exhaustion =
                    new Exhaustion(
                            limiter, history, refused, window, restartedUntilNanos - now > 0, now);
        }
    }

    private void onExcess(CallSample refused, long now) {
        Duration later = Duration.ZERO;
        if (limiter.isStarting() && !unavoidable.isKnown()) {
            unavoidable.guess(refused);
            sinceNanos = now;
            return;
        } else if (!modes.isRunning() && trials.isNeeded(refused)) {
            trials.start(refused, now);
        } else if (modes.start(now)) {
            // Calls that started together at the end of the window can still be refused.
            later = limiter.isPaced() ? SECOND : Duration.ZERO;
            trials.reset();
        } else {
            trials.onDecrease();
            decrease.by(refused, now);
        }
        restart(now, later);
    }

    /** Ignores calls that started before now as evidence, since the level has changed. */
    private void restart(long now, Duration later) {
        sinceNanos = now + ANNOUNCED.plus(later).toNanos();
    }

    /** Ends a trial that has lasted long enough; otherwise looks for fewer unavoidable refusals. */
    private void learn(long now) {
        if (exhaustion != null) {
            if (exhaustion.isOver(now)) {
                Exhaustion ended = exhaustion;
                boolean isStart = ended.resume();
                exhaustion = null;
                onNewLevel(now);
                if (isStart) {
                    restartedUntilNanos = now + RESTARTED.toNanos();
                } else {
                    measured = ended;
                }
            }
        } else if (measured != null && measured.isDisproved(now)) {
            restartedUntilNanos = now + RESTARTED.toNanos();
            limiter.restart();
            onNewLevel(now);
        } else if (trials.isRunning()) {
            if (trials.end(now)) {
                onNewLevel(now);
            }
        } else if (modes.isRunning()) {
            if (modes.end(now)) {
                trials.reset();
                restart(now, Duration.ZERO);
            }
        } else if (unavoidable.isKnown() && now - sampledNanos >= SECOND.toNanos()) {
            sampledNanos = now;
            long recent = now - RECENT.toNanos();
            long from = recent - sinceNanos > 0 ? recent : sinceNanos;
            unavoidable.onSample(history.between(from, history.decidedNanos(now)));
        }
    }

    private void onNewLevel(long now) {
        measured = null;
        trials.reset();
        modes.reset(now);
        restart(now, Duration.ZERO);
    }

    @Override
    public FoundLimit found() {
        return new FoundLimit(
                limiter.perSecond(), limiter.window(), refusals, firstRefusalNanos, phase());
    }

    private FoundLimit.Phase phase() {
        if (exhaustion != null) {
            return history.shortestWaitNanos() > 0
                    ? FoundLimit.Phase.ASKED_WAIT
                    : FoundLimit.Phase.USED_UP;
        }
        return limiter.isStarting() ? FoundLimit.Phase.SEARCHING : FoundLimit.Phase.FOUND;
    }

    /**
     * Notes that the provider's limit has a window of the given length. Without this, the window is
     * a minute.
     */
    @Override
    public void onWindowKnown(Duration length) {
        window = length;
    }

    /**
     * Notes that headers name no limit any more. The search for one continues from the calls in
     * flight, unless limits are configured.
     */
    @Override
    public void onLimitsUnnamed(boolean isConfigured) {
        window = MINUTE;
        if (!isConfigured) {
            limiter.search();
        }
    }

    /** Opens the window, because limits are configured or named by the provider's headers. */
    @Override
    public void onLimitsKnown() {
        limiter.open();
    }

    @Override
    public double perSecond() {
        return limiter.perSecond();
    }

    @Override
    public boolean isLimited() {
        return refusals > 0 && !limiter.isUnlimited();
    }

    @Override
    public long lastMinute(long now) {
        return history.between(now - MINUTE.toNanos(), now).calls();
    }

    @Override
    public int inFlight() {
        return limiter.inFlight();
    }

    /** Returns the highest number of calls in flight. */
    public int window() {
        return limiter.window();
    }
}
