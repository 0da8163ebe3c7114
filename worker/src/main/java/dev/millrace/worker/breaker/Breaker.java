package dev.millrace.worker.breaker;

import dev.millrace.configuration.WorkerConfig;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.worker.answer.Verdict;
import dev.millrace.worker.port.LoopClock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The breaker of one provider, model or key. Belongs to the loop's thread. Times come from the
 * loop's ticker, which can overflow.
 *
 * <pre>
 *            failure rate, slow calls, a row of failures, or a fatal failure
 *   CLOSED ─────────────────────────────────────────────────────────────────► OPEN
 *     ▲                                                                       │  ▲
 *     │ half_open_calls successes, or a refutation    its turn is due         │  │ a failure
 *     └──────────────────────────────── HALF_OPEN ◄───────────────────────────┘  │
 *                                           └────────────────────────────────────┘
 * </pre>
 *
 * <p>{@link StartedCalls} judges failures and slow calls. While half-open, calls run one at a time.
 * At a provider or a key, the next one waits only for {@link #LONGEST_ALONE}, since a slow model
 * must not hold back the other models; the end of each call counts. Reports of calls that started
 * before the breaker closed are ignored: they describe the past.
 *
 * <p>A breaker that opened by chance closes, half-open or not, with the next success that refutes
 * its failures: of a trial, or of a call that started after the failed ones and was in flight when
 * it opened. Once a trial has failed, only trials close it.
 */
final class Breaker {
    /**
     * Number of failed calls, started one after the other, that open the breaker if they last
     * {@link #LEAST_ROW_TIME}. The jobs of an almost idle model make fewer calls than {@code
     * minimum_calls}, and would use up all their attempts.
     */
    private static final int FAILURES_IN_A_ROW = 5;

    private static final Duration LEAST_ROW_TIME = Duration.ofSeconds(2);

    /** A configured rate of 100 % switches the rule for failures or for slow calls off. */
    private static final double NEVER_PERCENT = 100;

    /** Time without a waiting job after which the breaker takes no more turns. */
    private static final Duration LONGEST_IDLE = Duration.ofMinutes(1);

    /** Time after which the next trial of a provider or a key does not wait for the last one. */
    private static final Duration LONGEST_ALONE = Duration.ofSeconds(10);

    private final BreakerId id;
    private final LoopClock clock;
    private final WorkerConfig.Breaker settings;
    private final TrialTurns turns;
    private final StartedCalls calls;
    private final boolean countsFailures;
    private final boolean countsSlowCalls;

    private State state = State.CLOSED;

    /** Trials that have succeeded since the breaker is half-open. */
    private int succeeded;

    /** Those of them that were slow. */
    private int slow;

    /** The trial calls in flight while half-open. */
    private final Set<Object> trials = new HashSet<>();

    /** The latest trial call; null if none has started while half-open, or it has ended. */
    private @Nullable Object latestTrial;

    /** Start of the latest trial; meaningless without one. */
    private long trialNanos;

    /** Latest time at which a job waited or the breaker opened; meaningless while closed. */
    private long askedNanos;

    private int resets;

    /** The failure that opened the breaker with others; null if a trial has failed since. */
    private StartedCalls.@Nullable Call openedBy;

    private @Nullable OpenBreaker open;

    private enum State {
        CLOSED,
        OPEN,
        HALF_OPEN
    }

    /** The change of the state by a report. */
    enum Change {
        NONE,
        OPENED,
        /** A trial call failed. */
        REOPENED,
        CLOSED
    }

    /**
     * @param calls without any call yet
     */
    Breaker(BreakerId id, WorkerConfig.Breaker settings, StartedCalls calls, LoopClock clock) {
        this.id = id;
        this.clock = clock;
        this.settings = settings;
        this.calls = calls;
        this.turns = new TrialTurns(settings.openFor());
        this.countsFailures = settings.failureRate() < NEVER_PERCENT;
        this.countsSlowCalls =
                id.scope() == BreakerId.Scope.MODEL && settings.slowCallRate() < NEVER_PERCENT;
    }

    /** Returns the number of calls that are judged together. */
    static int judgedCalls(WorkerConfig.Breaker settings) {
        return Math.max(settings.window(), FAILURES_IN_A_ROW);
    }

    BreakerId id() {
        return id;
    }

    boolean isClosed() {
        return state == State.CLOSED;
    }

    boolean isHalfOpen() {
        return state == State.HALF_OPEN;
    }

    /** Returns why the breaker is not closed; null if it is closed. */
    @Nullable OpenBreaker open() {
        return open;
    }

    /**
     * Notes that a job waits, and returns the nanoseconds until its call may start; {@link
     * Long#MAX_VALUE} until the end of a trial call; 0 permits a call now.
     */
    long waitNanos(long nowNanos) {
        if (isClosed()) {
            return 0;
        }
        askedNanos = nowNanos;
        if (isHalfOpen()) {
            return latestTrial == null ? 0 : afterTrialNanos(nowNanos);
        }
        return Math.max(0, turns.dueNanos() - nowNanos);
    }

    private long afterTrialNanos(long nowNanos) {
        return id.scope() == BreakerId.Scope.MODEL
                ? Long.MAX_VALUE
                : Math.max(0, trialNanos + LONGEST_ALONE.toNanos() - nowNanos);
    }

    /** Returns true if one of the latest calls has succeeded. */
    boolean hasAnswered() {
        return calls.hasSuccess();
    }

    /** Returns when the latest trial of an open breaker could start. */
    long trialDueNanos() {
        return turns.dueNanos();
    }

    /** Reserves the breaker for a call, which {@link #waitNanos} must permit. */
    void reserve(Object call, long nowNanos) {
        if (isClosed()) {
            return;
        }
        if (!isHalfOpen()) {
            state = State.HALF_OPEN;
            succeeded = 0;
            slow = 0;
        }
        trials.add(call);
        latestTrial = call;
        trialNanos = nowNanos;
    }

    /** Notes that a call, which has reserved, is sent now. */
    void onSent(Object call, long nowNanos) {
        calls.onStarted(call, nowNanos);
    }

    /**
     * Cancels the reservation of a call that is not made, or that is no evidence about this scope.
     */
    void cancel(Object call) {
        calls.onIgnored(call);
        var _ = endsTrial(call);
    }

    /** Returns true if the call was a trial, and then ends it. */
    private boolean endsTrial(Object call) {
        if (call.equals(latestTrial)) {
            latestTrial = null;
        }
        return trials.remove(call);
    }

    private void forgetTrials() {
        trials.clear();
        latestTrial = null;
    }

    /**
     * Ends the reservation of a call with its report.
     *
     * @param evidence the verdict's evidence about this scope
     */
    Change complete(
            Object call, Evidence evidence, Verdict verdict, long tookNanos, long nowNanos) {
        if (evidence == Evidence.NONE) {
            cancel(call);
            return Change.NONE;
        }
        boolean isSlow = countsSlowCalls && tookNanos >= settings.slowCall().toNanos();
        StartedCalls.Call ended = calls.onEnded(call, evidence != Evidence.SUCCESS, isSlow);
        if (evidence == Evidence.SUCCESS && isRefuted(nowNanos)) {
            close();
            return Change.CLOSED;
        }
        boolean isTrial = endsTrial(call);
        if (isTrial) {
            onTrialEnded(evidence, isSlow);
        } else if (isClosed() && ended != null) {
            onEnded(evidence, ended, nowNanos);
        } else {
            return Change.NONE;
        }
        return change(isTrial, verdict, nowNanos);
    }

    private void onTrialEnded(Evidence evidence, boolean isSlow) {
        if (evidence != Evidence.SUCCESS) {
            openedBy = null;
            forgetTrials();
            state = State.OPEN;
            return;
        }
        succeeded++;
        slow += isSlow ? 1 : 0;
        if (succeeded == settings.halfOpenCalls()) {
            state = areTooSlow() ? State.OPEN : State.CLOSED;
        }
    }

    private boolean areTooSlow() {
        return countsSlowCalls && 100.0 * slow / succeeded >= settings.slowCallRate();
    }

    /** Opens the closed breaker if the end of a call gives reason to. */
    private void onEnded(Evidence evidence, StartedCalls.Call ended, long nowNanos) {
        boolean isFailing =
                evidence == Evidence.FAILURE && areTooMany(calls.failures(ended), nowNanos);
        boolean isSlow =
                ended.isSlow() && isAtRate(calls.slowCalls(ended), settings.slowCallRate());
        openedBy = isFailing ? ended : null;
        if (evidence == Evidence.FATAL || isFailing || isSlow) {
            state = State.OPEN;
        }
    }

    private boolean areTooMany(StartedCalls.Sample failures, long nowNanos) {
        boolean isRow =
                failures.row() >= FAILURES_IN_A_ROW
                        && nowNanos - failures.rowSinceNanos() >= LEAST_ROW_TIME.toNanos();
        return countsFailures && (isRow || isAtRate(failures, settings.failureRate()));
    }

    private boolean isAtRate(StartedCalls.Sample sample, double percent) {
        return sample.calls() >= settings.minimumCalls() && sample.badPercent() >= percent;
    }

    /** Returns true if, with the later calls, the failures would not have opened the breaker. */
    private boolean isRefuted(long nowNanos) {
        return openedBy != null && !areTooMany(calls.allFailures(openedBy), nowNanos);
    }

    private Change change(boolean wasTrial, Verdict verdict, long nowNanos) {
        if (isClosed()) {
            if (wasTrial) {
                onClosed();
            }
            return wasTrial ? Change.CLOSED : Change.NONE;
        }
        if (isHalfOpen()) {
            return Change.NONE;
        }
        if (wasTrial) {
            turns.onFailed(nowNanos);
        } else {
            turns.onOpened(Evidence.isPermanent(verdict), nowNanos);
        }
        askedNanos = nowNanos;
        open = opened(verdict, nextTrial(nowNanos));
        return wasTrial ? Change.REOPENED : Change.OPENED;
    }

    private Instant nextTrial(long nowNanos) {
        return clock.now().plusNanos(turns.dueNanos() - nowNanos);
    }

    private OpenBreaker opened(Verdict verdict, Instant nextTrial) {
        Instant since = open == null ? clock.now() : open.since();
        // Only a slow call opens the breaker without having failed.
        return verdict instanceof Verdict.Failed failed
                ? new OpenBreaker(id, failed.error(), failed.message(), since, nextTrial, true)
                : new OpenBreaker(
                        id, ErrorCode.TIMEOUT, "too many calls are slow", since, nextTrial, true);
    }

    /**
     * Takes turns with other workers while the breaker is not closed.
     *
     * @param workers number of workers, at least this one, where the breaker is not closed and jobs
     *     wait
     * @param rank position of this worker among them, from 0
     */
    void share(int workers, int rank, long nowNanos) {
        long before = turns.dueNanos();
        turns.share(workers, rank);
        publish(before, nowNanos);
    }

    /** Permits a trial call now, because the breaker has closed in another worker. */
    void tryNow(long nowNanos) {
        long before = turns.dueNanos();
        turns.tryNow(nowNanos);
        publish(before, nowNanos);
    }

    /** Updates {@link #open}, which stays equal while nothing has changed. */
    private void publish(long dueBefore, long nowNanos) {
        if (open != null) {
            Instant next = turns.dueNanos() == dueBefore ? open.nextTrial() : nextTrial(nowNanos);
            boolean jobsWait = nowNanos - askedNanos < LONGEST_IDLE.toNanos();
            open = new OpenBreaker(id, open.error(), open.reason(), open.since(), next, jobsWait);
        }
    }

    /** Closes the breaker manually, or after the failing part was replaced. */
    void reset() {
        resets++;
        close();
    }

    private void close() {
        state = State.CLOSED;
        onClosed();
    }

    /** Returns how often the breaker was reset. */
    int resets() {
        return resets;
    }

    private void onClosed() {
        calls.clear();
        forgetTrials();
        openedBy = null;
        open = null;
    }
}
