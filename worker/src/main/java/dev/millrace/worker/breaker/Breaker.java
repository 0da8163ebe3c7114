package dev.millrace.worker.breaker;

import dev.millrace.configuration.WorkerConfig;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.worker.answer.Verdict;
import dev.millrace.worker.port.LoopClock;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The breaker of one provider, model or key. Belongs to the loop's thread. Times come from the
 * loop's ticker, which can overflow.
 *
 * <pre>
 *            failure rate, slow calls, a row of failures, or a fatal failure
 *   CLOSED ─────────────────────────────────────────────────────────────────► OPEN
 *     ▲                                                                       │  ▲
 *     │ half_open_calls successes                     its turn is due         │  │ a failure
 *     └──────────────────────────────── HALF_OPEN ◄───────────────────────────┘  │
 *                                           └────────────────────────────────────┘
 * </pre>
 *
 * <p>While half-open, calls run one at a time. At a provider or a key, this holds only for {@link
 * #LONGEST_ALONE}, since a slow model must not hold back the other models. Reports of calls that
 * started before the latest change to or from the closed state are ignored: they describe the past.
 */
final class Breaker {
    /**
     * Number of consecutive failures that open the breaker if they last {@link #LEAST_ROW_TIME}.
     * The jobs of an almost idle model make fewer calls than {@code minimum_calls}, and would use
     * up all their attempts.
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
    private final CircuitBreaker circuit;
    private final TrialTurns turns;
    private final boolean countsFailures;

    /** The trial call while half-open; null for none. */
    private @Nullable Object trial;

    /** Start of the trial; meaningless without one. */
    private long trialNanos;

    /** Latest time at which a job waited or the breaker opened; meaningless while closed. */
    private long askedNanos;

    /** Time at which the breaker last closed; meaningless until {@link #hasBeenOpen}. */
    private long closedSinceNanos;

    private boolean hasBeenOpen;
    private int resets;
    private int failuresInARow;
    private long rowSinceNanos;
    private @Nullable OpenBreaker open;

    /** The last failure, which is reported as the cause if the breaker opens; null for none. */
    private Verdict.@Nullable Failed lastFailure;

    /** The change of the state by a report. */
    enum Change {
        NONE,
        OPENED,
        /** A trial call failed. */
        REOPENED,
        CLOSED
    }

    Breaker(BreakerId id, WorkerConfig.Breaker settings, LoopClock clock) {
        this.id = id;
        this.clock = clock;
        this.turns = new TrialTurns(settings.openFor());
        this.countsFailures = settings.failureRate() < NEVER_PERCENT;
        this.circuit =
                CircuitBreaker.of(id.toString(), config(id, settings, countsFailures, clock));
    }

    private static CircuitBreakerConfig config(
            BreakerId id, WorkerConfig.Breaker settings, boolean countsFailures, LoopClock clock) {
        boolean countsSlow =
                id.scope() == BreakerId.Scope.MODEL && settings.slowCallRate() < NEVER_PERCENT;
        return CircuitBreakerConfig.custom()
                .slidingWindow(
                        settings.window(), settings.minimumCalls(), SlidingWindowType.COUNT_BASED)
                .failureRateThreshold((float) settings.failureRate())
                .slowCallRateThreshold((float) settings.slowCallRate())
                .slowCallDurationThreshold(
                        countsSlow ? settings.slowCall() : Duration.ofNanos(Long.MAX_VALUE))
                .permittedNumberOfCallsInHalfOpenState(settings.halfOpenCalls())
                .recordResult(it -> countsFailures && it == Evidence.FAILURE)
                .automaticTransitionFromOpenToHalfOpenEnabled(false)
                .clock(clock.dates().withZone(ZoneOffset.UTC))
                .currentTimestampFunction(_ -> clock.nanos(), TimeUnit.NANOSECONDS)
                .build();
    }

    BreakerId id() {
        return id;
    }

    boolean isClosed() {
        return circuit.getState() == State.CLOSED;
    }

    boolean isHalfOpen() {
        return circuit.getState() == State.HALF_OPEN;
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
            return trial == null ? 0 : afterTrialNanos(nowNanos);
        }
        return Math.max(0, turns.dueNanos() - nowNanos);
    }

    private long afterTrialNanos(long nowNanos) {
        return id.scope() == BreakerId.Scope.MODEL
                ? Long.MAX_VALUE
                : Math.max(0, trialNanos + LONGEST_ALONE.toNanos() - nowNanos);
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
            circuit.transitionToHalfOpenState();
        }
        if (trial != null) {
            // Its report will arrive too late to be evidence.
            cancel(trial);
        }
        circuit.acquirePermission();
        trial = call;
        trialNanos = nowNanos;
    }

    /**
     * Cancels the reservation of a call that is not made, or that is no evidence about this scope.
     */
    void cancel(Object call) {
        if (call.equals(trial)) {
            trial = null;
            circuit.releasePermission();
        }
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
        boolean isTrial = call.equals(trial);
        boolean isCurrent =
                isClosed() && (!hasBeenOpen || nowNanos - tookNanos - closedSinceNanos >= 0);
        if (!isTrial && !isCurrent) {
            return Change.NONE;
        }
        trial = null;
        if (evidence != Evidence.SUCCESS && verdict instanceof Verdict.Failed failed) {
            lastFailure = failed;
        }
        record(evidence, tookNanos, nowNanos);
        return change(isTrial, verdict, nowNanos);
    }

    private void record(Evidence evidence, long tookNanos, long nowNanos) {
        boolean isRow = evidence == Evidence.FAILURE && isLongRow(nowNanos - tookNanos, nowNanos);
        if (evidence == Evidence.SUCCESS) {
            failuresInARow = 0;
        }
        boolean isFailedTrial = evidence == Evidence.FAILURE && isHalfOpen();
        if (evidence == Evidence.FATAL || isFailedTrial || isRow) {
            circuit.transitionToOpenState();
        } else {
            circuit.onResult(tookNanos, TimeUnit.NANOSECONDS, evidence);
        }
    }

    /** Counts a failure, and returns true if the row is long enough to open the breaker. */
    private boolean isLongRow(long startedNanos, long nowNanos) {
        if (failuresInARow++ == 0) {
            rowSinceNanos = startedNanos;
        }
        return countsFailures
                && failuresInARow >= FAILURES_IN_A_ROW
                && nowNanos - rowSinceNanos >= LEAST_ROW_TIME.toNanos();
    }

    private Change change(boolean wasTrial, Verdict verdict, long nowNanos) {
        if (isClosed()) {
            if (wasTrial) {
                onClosed(nowNanos);
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
        hasBeenOpen = true;
        open = opened(verdict, nextTrial(nowNanos));
        return wasTrial ? Change.REOPENED : Change.OPENED;
    }

    private Instant nextTrial(long nowNanos) {
        return clock.now().plusNanos(turns.dueNanos() - nowNanos);
    }

    private OpenBreaker opened(Verdict verdict, Instant nextTrial) {
        Instant since = open == null ? clock.now() : open.since();
        Verdict.Failed cause = verdict instanceof Verdict.Failed failed ? failed : lastFailure;
        return cause == null || isOpenedBySlowCalls(verdict)
                ? new OpenBreaker(
                        id, ErrorCode.TIMEOUT, "too many calls are slow", since, nextTrial, true)
                : new OpenBreaker(id, cause.error(), cause.message(), since, nextTrial, true);
    }

    /** Returns true if slow calls alone, without failed ones, have opened the breaker. */
    private boolean isOpenedBySlowCalls(Verdict verdict) {
        CircuitBreaker.Metrics calls = circuit.getMetrics();
        CircuitBreakerConfig limits = circuit.getCircuitBreakerConfig();
        return !(verdict instanceof Verdict.Failed)
                && calls.getSlowCallRate() >= limits.getSlowCallRateThreshold()
                && calls.getFailureRate() < limits.getFailureRateThreshold();
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
    void reset(long nowNanos) {
        resets++;
        trial = null;
        // Calls from before the reset are no evidence, even if the breaker never opened.
        hasBeenOpen = true;
        circuit.reset();
        onClosed(nowNanos);
    }

    /** Returns how often the breaker was reset. */
    int resets() {
        return resets;
    }

    private void onClosed(long nowNanos) {
        failuresInARow = 0;
        open = null;
        closedSinceNanos = nowNanos;
    }
}
