package dev.millrace.worker.limits;

import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.waiting.WaitingReason;
import dev.millrace.worker.breaker.Excuse;
import dev.millrace.worker.job.Hold;
import dev.millrace.worker.job.Job;
import dev.millrace.worker.job.WorkerMetrics;
import dev.millrace.worker.port.LoopClock;
import dev.millrace.worker.port.Providers;
import dev.millrace.worker.quota.Quota;
import dev.millrace.worker.tier.Tiers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The chain of limits that a call passes before it starts: pauses, pace, slots, the one-at-a-time
 * rule of poison candidates, circuit breakers, the provider's quota, the retry budget, and shared
 * prompts. The breakers choose the call's API key. Belongs to the loop's thread.
 *
 * <pre>
 *   permits ──► reserve ──► cancel      the announcement is withdrawn
 *                       └─► complete    the call has reported
 * </pre>
 */
public final class CallLimits {
    /** Time after which a job that leaves trial calls to other jobs checks again. */
    private static final Duration PASS_RECHECK = Duration.ofSeconds(1);

    /** Wait of a job whose permits went to another worker during its announcement. */
    private static final Duration AFTER_REFUSAL = Duration.ofMillis(1);

    private static final Hold PASSED =
            new Hold(WaitingReason.BREAKER, "its trial has failed, so that others try first");

    private static final Hold REFUSED =
            new Hold(WaitingReason.CONFIGURED_LIMIT, "another worker has taken the permit");

    /**
     * The wait of a job.
     *
     * @param nanos {@link Long#MAX_VALUE} if unknown
     */
    public record Delay(long nanos, Hold hold) {}

    private final LoopClock clock;
    private final WorkerMetrics metrics;
    private final PaceLimit pace;
    private final Quota quota;
    private final WaitTimes waits;
    private final Tiers tiers;

    /** Limits that hold back the whole queue of a job. */
    private final AdmissionLimit[] ofQueue;

    /** Holds back a single job, while jobs behind it can start. */
    private final AdmissionLimit retries;

    /** Also holds back a single job. */
    private final PromptLimit prompts;

    private final BreakerLimit breakers;

    private final AdmissionLimit[] all;

    public CallLimits(LoopContext context, Quota quota) {
        clock = context.clock();
        metrics = context.metrics();
        this.quota = quota;
        tiers = context.tiers();
        waits = new WaitTimes(metrics, tiers);
        pace = new PaceLimit(context.config().maxInFlight());
        var pauses = new PauseLimit(context.pauseAndCancel());
        var slots = new SlotLimit(context.capacity());
        var poison = new PoisonLimit();
        var quotas = new QuotaLimit(quota, context.breakers());
        retries = new RetryLimit(context.config().retryBudget());
        breakers = new BreakerLimit(context.breakers(), quota);
        prompts = new PromptLimit(clock, breakers);
        ofQueue = new AdmissionLimit[] {pauses, pace, slots, poison, breakers, quotas};
        all =
                new AdmissionLimit[] {
                    pauses, pace, slots, poison, breakers, quotas, retries, prompts
                };
    }

    /** Returns true when the job's queue can start a call now. Reserves nothing. */
    public boolean permits(Job job) {
        long now = clock.nanos();
        for (AdmissionLimit limit : ofQueue) {
            long wait = limit.waitNanos(job, now);
            if (wait > 0) {
                waits.onHeldBack(job, limit, wait, now);
                return false;
            }
        }
        waits.onPermitted(job);
        return true;
    }

    /**
     * Reserves capacity for the job's call at all limits, or at none. Called after {@link #permits}
     * returned true; the caller announces the call next.
     *
     * @return null when reserved; otherwise the wait of this job alone: for the retry budget, for
     *     trial calls of other jobs, for a prompt that another call writes into a cache, or for a
     *     limit that has withdrawn its permit
     */
    public @Nullable Delay reserve(Job job) {
        long now = clock.nanos();
        long pass = Math.min(breakers.passNanos(job, now), PASS_RECHECK.toNanos());
        if (pass > 0) {
            return new Delay(pass, PASSED);
        }
        long wait = retries.waitNanos(job, now);
        if (wait > 0) {
            metrics.onHeldBack(job.model());
            waits.onRetryHeldBack(job, wait, now);
            return new Delay(wait, retries.hold(job, now));
        }
        long warming = prompts.waitNanos(job, now);
        if (warming > 0) {
            return new Delay(warming, prompts.hold(job, now));
        }
        return reserveAll(job, now) ? null : new Delay(AFTER_REFUSAL.toNanos(), REFUSED);
    }

    /** Returns true if a waiting job has waited for a shared prompt, and need not any more. */
    public boolean isReleased(Job job) {
        return prompts.isReleased(job, clock.nanos());
    }

    private boolean reserveAll(Job job, long nowNanos) {
        for (int i = 0; i < all.length; i++) {
            if (!all[i].reserve(job, nowNanos)) {
                for (int k = 0; k < i; k++) {
                    all[k].cancel(job, nowNanos);
                }
                return false;
            }
        }
        return true;
    }

    /**
     * Returns true if the job's announced call can be sent now: its permits from limits of several
     * workers are still valid.
     */
    public boolean maySend(Job job) {
        return quota.of(job).maySend(job, clock.nanos());
    }

    /** Notes that the job's call was handed to its thread, which sends it. */
    public void onSent(Job job) {
        long now = clock.nanos();
        quota.of(job).onSent(job, now);
        breakers.onSent(job, now);
    }

    /** Takes back all reservations of an announced call that is not made. */
    public void cancel(Job job) {
        long now = clock.nanos();
        for (AdmissionLimit limit : all) {
            limit.cancel(job, now);
        }
    }

    /**
     * Ends all reservations with the report of the call, before the report changes the job.
     *
     * @return the report with its proper verdict: a provider without capacity for a cheaper tier
     *     has refused the call, whatever its status
     */
    public Providers.CallReport complete(Job job, Providers.CallReport report) {
        long now = clock.nanos();
        Providers.CallReport judged = tiers.judged(job, report);
        for (AdmissionLimit limit : all) {
            limit.complete(job, judged, now);
        }
        if (tiers.onReport(job, judged) && job.isRunning()) {
            job.excuseCall(Excuse.CHEAPER_TIER);
        }
        return judged;
    }

    /**
     * Returns the limit that holds back the first job of a lane; null if none does, or if the lane
     * has not asked for a while.
     *
     * @param queue name of the model, or of its cheaper tier
     * @param lane null for the poison candidates of all lanes
     */
    public @Nullable Delay heldBack(String queue, @Nullable Lane lane) {
        return waits.heldBack(queue, lane, clock.nanos());
    }

    /**
     * Returns what a job that can start has last waited for: itself, or its queue; null for its
     * turn alone.
     */
    public @Nullable WaitingReason waitedFor(Job job) {
        Hold own = job.hold();
        return own == null ? waits.lastReason(job, clock) : own.reason();
    }

    /**
     * Returns the nanoseconds until a model that waits for its pace or its quota may start a call;
     * a far time for none.
     */
    public long untilPacedNanos(long nowNanos) {
        return Math.min(pace.untilNextNanos(nowNanos), quota.untilDueNanos(nowNanos));
    }
}
