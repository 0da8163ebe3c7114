package dev.millrace.worker.quota;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.TokenEstimate;
import dev.millrace.worker.adaptive.AdaptiveLimit;
import dev.millrace.worker.adaptive.CallEnd;
import dev.millrace.worker.answer.Billing;
import dev.millrace.worker.answer.Verdict;
import dev.millrace.worker.job.Job;
import dev.millrace.worker.job.Reservation;
import dev.millrace.worker.port.LoopClock;
import dev.millrace.worker.port.Providers.CallReport;
import dev.millrace.worker.wire.RateLimitHeaders;
import dev.millrace.worker.wire.ReportedLimit;
import dev.millrace.worker.wire.ResponseHeaders;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The limits that apply to the calls of one model. Belongs to the loop's thread. */
final class ModelQuota {
    /** Limits rarely change, so that reading them from every response would be a waste. */
    private static final Duration HEADERS_INTERVAL = Duration.ofMillis(100);

    private static final TokenEstimate NOTHING = new TokenEstimate(0, 0);

    private final String model;
    private final LoopClock clock;
    private final AdaptiveLimit adaptive;
    private final CallTokens tokens = new CallTokens();

    /** The limits of the model itself, which headers change. */
    private final PermitSet own;

    /** The limits that the model shares with others. */
    private final List<PermitSet> shared;

    private long headersReadNanos;

    /** When the model's first job may start; meaningless unless {@link #isWaiting}. */
    private long dueNanos;

    private boolean isWaiting;

    /**
     * @param shared the limits that the model shares with others
     */
    ModelQuota(
            String model,
            AdaptiveLimit adaptive,
            PermitSet own,
            List<PermitSet> shared,
            LoopClock clock) {
        this.model = model;
        this.clock = clock;
        this.adaptive = adaptive;
        this.own = own;
        this.shared = shared;
        headersReadNanos = clock.nanos() - HEADERS_INTERVAL.toNanos();
        if (own.rateCount() > 0) {
            adaptive.onLimitsKnown();
        }
    }

    private boolean isLimited() {
        return !own.isEmpty() || !shared.isEmpty();
    }

    /** Returns the nanoseconds until the job's call may start, or a far time; 0 for now. */
    long waitNanos(Job job, long nowNanos) {
        long wait = adaptive.waitNanos(nowNanos);
        if (isLimited()) {
            TokenEstimate estimate = tokens.of(job);
            wait = Math.max(wait, own.waitNanos(model, estimate, nowNanos));
            for (PermitSet set : shared) {
                wait = Math.max(wait, set.waitNanos(model, estimate, nowNanos));
            }
        }
        isWaiting = wait > 0 && wait != PermitSet.UNKNOWN;
        dueNanos = nowNanos + wait;
        return wait;
    }

    /** Returns the nanoseconds until the model's first job may start; a far time for none. */
    long untilDueNanos(long nowNanos) {
        long left = dueNanos - nowNanos;
        return isWaiting && left > 0 ? left : PermitSet.UNKNOWN;
    }

    void reserve(Job job, long nowNanos) {
        adaptive.onStarted(nowNanos);
        if (isLimited()) {
            TokenEstimate estimate = tokens.of(job);
            int ownRates = own.take(estimate, nowNanos);
            shared.forEach(set -> set.take(estimate, nowNanos));
            job.reserve(new Reservation(ownRates, estimate, nowNanos));
        }
    }

    void cancel(Job job, long nowNanos) {
        adaptive.onWithdrawn(nowNanos);
        giveBack(job.takeReservation(), nowNanos);
    }

    private void giveBack(@Nullable Reservation taken, long nowNanos) {
        if (taken != null) {
            own.giveBack(taken.ownRates(), taken.tokens(), taken.nanos(), nowNanos);
            for (PermitSet set : shared) {
                set.giveBack(set.rateCount(), taken.tokens(), taken.nanos(), nowNanos);
            }
        }
    }

    void complete(Job job, CallReport report, long nowNanos) {
        Reservation taken = job.takeReservation();
        if (!report.called()) {
            adaptive.onWithdrawn(nowNanos);
            giveBack(taken, nowNanos);
            return;
        }
        if (taken != null) {
            TokenEstimate used = used(report.verdict().billing(), taken.tokens());
            own.complete(taken.ownRates(), taken.tokens(), used, taken.nanos(), nowNanos);
            for (PermitSet set : shared) {
                set.complete(set.rateCount(), taken.tokens(), used, taken.nanos(), nowNanos);
            }
        }
        if (report.verdict().billing() instanceof Billing.Billed billed) {
            tokens.onUsed(job, billed.usage());
        }
        adaptive.onEnded(end(report, nowNanos));
        readHeaders(report.verdict(), nowNanos);
    }

    private static TokenEstimate used(Billing billing, TokenEstimate reserved) {
        return switch (billing) {
            case Billing.Billed billed ->
                    new TokenEstimate(billed.usage().inputTokens(), billed.usage().outputTokens());
            case Billing.Uncertain _ -> reserved;
            case Billing.Nothing _ -> NOTHING;
        };
    }

    private static CallEnd end(CallReport report, long nowNanos) {
        Verdict verdict = report.verdict();
        return new CallEnd(
                kind(verdict),
                nowNanos - report.took().toNanos(),
                nowNanos,
                wait(verdict),
                verdict.billing() instanceof Billing.Billed billed
                        ? billed.usage().outputTokens()
                        : 0);
    }

    private static CallEnd.Kind kind(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Answered _ -> CallEnd.Kind.ANSWERED;
            case Verdict.Failed failed when failed.error() == ErrorCode.RATE_LIMIT_EXCEEDED ->
                    CallEnd.Kind.THROTTLED;
            case Verdict.Failed failed when failed.error() == ErrorCode.TIMEOUT ->
                    CallEnd.Kind.TIMED_OUT;
            case Verdict.Failed _, Verdict.SendWindowMissed _ -> CallEnd.Kind.FAILED;
        };
    }

    private static long wait(Verdict verdict) {
        Duration wait = verdict instanceof Verdict.Failed failed ? failed.retryAfter() : null;
        return wait == null ? 0 : wait.toNanos();
    }

    private void readHeaders(Verdict verdict, long nowNanos) {
        boolean isDue = nowNanos - headersReadNanos >= HEADERS_INTERVAL.toNanos();
        ResponseHeaders headers = headers(verdict);
        if (!isDue || headers == null) {
            return;
        }
        headersReadNanos = nowNanos;
        for (ReportedLimit limit : RateLimitHeaders.read(headers, clock.now())) {
            if (limit.isPerMinute()) {
                learn(limit, nowNanos);
            }
        }
    }

    private void learn(ReportedLimit limit, long nowNanos) {
        own.learn(limit.kind(), limit.limit(), nowNanos);
        adaptive.onLimitsKnown();
    }

    private static @Nullable ResponseHeaders headers(Verdict verdict) {
        Verdict.Response response =
                switch (verdict) {
                    case Verdict.Answered answered -> answered.response();
                    case Verdict.Failed failed -> failed.response();
                    case Verdict.SendWindowMissed _ -> null;
                };
        return response == null ? null : response.headers();
    }

    AdaptiveLimit adaptive() {
        return adaptive;
    }

    PermitSet own() {
        return own;
    }
}
