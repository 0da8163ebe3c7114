package dev.millrace.worker.quota;

import dev.millrace.contracts.control.WorkerReport;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.TokenEstimate;
import dev.millrace.wire.error.ResponseHeaders;
import dev.millrace.worker.answer.Billing;
import dev.millrace.worker.answer.Verdict;
import dev.millrace.worker.job.CallPermits;
import dev.millrace.worker.job.Hold;
import dev.millrace.worker.job.Job;
import dev.millrace.worker.port.LoopClock;
import dev.millrace.worker.port.Providers.CallReport;
import java.time.Duration;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.ObjIntConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The limits that apply to the calls of one model. Belongs to the loop's thread. */
public final class ModelQuota {
    private static final double SECOND_NANOS = 1e9;
    private static final TokenEstimate NOTHING = new TokenEstimate(0, 0);

    private final LoopClock clock;
    private final CallTokens tokens = new CallTokens();

    /** The limits of the model with each API key; one element without keys. */
    private final List<KeyQuota> keys;

    /** The limits of the model's calls with any key. */
    private final List<PermitSet> ofAllKeys;

    /** For each key, its configured limits and {@link #ofAllKeys}. */
    private final List<List<PermitSet>> shared;

    /**
     * The earliest time at which a waiting lane can start; meaningless unless {@link #isWaiting}.
     */
    private long dueNanos;

    private boolean isWaiting;

    ModelQuota(List<KeyQuota> keys, List<PermitSet> ofAllKeys, LoopClock clock) {
        this.clock = clock;
        this.keys = List.copyOf(keys);
        this.ofAllKeys = List.copyOf(ofAllKeys);
        this.shared =
                keys.stream()
                        .map(it -> Stream.concat(it.ofKey().stream(), ofAllKeys.stream()).toList())
                        .toList();
    }

    /**
     * Returns the nanoseconds until the job's call may start, or a far time; 0 for now.
     *
     * @param isUsable whether a call may use a key, by its index
     */
    public long waitNanos(Job job, IntPredicate isUsable, long nowNanos) {
        TokenEstimate estimate = tokens.of(job);
        String asking = job.queue();
        long wait = PermitSet.UNKNOWN;
        for (int key = 0; key < keys.size() && wait > 0; key++) {
            if (keys.size() == 1 || isUsable.test(key)) {
                wait = Math.min(wait, keys.get(key).waitNanos(asking, estimate, nowNanos));
            }
        }
        for (PermitSet set : ofAllKeys) {
            wait = set.waitNanos(asking, estimate, wait, nowNanos);
        }
        // The first job of another lane can be due earlier.
        if (wait < untilDueNanos(nowNanos)) {
            isWaiting = wait > 0;
            dueNanos = nowNanos + wait;
        }
        return wait;
    }

    /**
     * Returns which limit holds back the job's call.
     *
     * @param isUsable whether a call may use a key, by its index
     */
    public Hold hold(Job job, IntPredicate isUsable, long nowNanos) {
        TokenEstimate estimate = tokens.of(job);
        String asking = job.queue();
        Hold hold = null;
        for (int key = 0; key < keys.size() && hold == null; key++) {
            if (keys.size() == 1 || isUsable.test(key)) {
                hold = keys.get(key).hold(asking, estimate, clock.now(), nowNanos);
            }
        }
        for (PermitSet set : ofAllKeys) {
            hold = hold == null ? set.hold(asking, estimate, nowNanos) : hold;
        }
        return hold == null ? PermitSet.OTHERS_TURN : hold;
    }

    /** Returns true when a call of the job with the key may start now, as far as the key allows. */
    public boolean hasRoom(Job job, int key, long nowNanos) {
        return keys.size() == 1 || keys.get(key).hasRoom(job.queue(), tokens.of(job), nowNanos);
    }

    /**
     * Returns {@link #hasRoom} for a call that prefers the key to others. A window that has no room
     * can grow by that, although all calls would fit into the windows of all keys.
     */
    public boolean offersRoom(Job job, int key, long nowNanos) {
        if (hasRoom(job, key, nowNanos)) {
            return true;
        }
        keys.get(key).search().waitNanos(nowNanos);
        return false;
    }

    /** Returns the nanoseconds until a waiting lane may start a call; a far time for none. */
    long untilDueNanos(long nowNanos) {
        long left = dueNanos - nowNanos;
        return isWaiting && left > 0 ? left : PermitSet.UNKNOWN;
    }

    /**
     * Takes the permits of a call with the job's key.
     *
     * @return false if a limit no longer permits the call since {@link #waitNanos}, because other
     *     workers share it; then nothing is taken
     */
    public boolean reserve(Job job, long nowNanos) {
        KeyQuota key = keys.get(job.key());
        boolean isLimited = !key.own().isEmpty() || !shared(job).isEmpty();
        if (isLimited && !take(job, key.own(), tokens.of(job), nowNanos)) {
            return false;
        }
        key.search().onStarted(nowNanos);
        return true;
    }

    private boolean take(Job job, PermitSet own, TokenEstimate estimate, long nowNanos) {
        if (!own.take(estimate, nowNanos)) {
            return false;
        }
        List<PermitSet> sets = shared(job);
        for (int i = 0; i < sets.size(); i++) {
            if (!sets.get(i).take(estimate, nowNanos)) {
                own.giveBack(own.rateCount(), estimate, nowNanos);
                sets.subList(0, i)
                        .forEach(set -> set.giveBack(set.rateCount(), estimate, nowNanos));
                return false;
            }
        }
        job.reserve(CallPermits.unsent(own.rateCount(), estimate));
        return true;
    }

    /** Returns the limits that the job's call shares with calls of other models or keys. */
    private List<PermitSet> shared(Job job) {
        return shared.get(job.key());
    }

    /** Passes each set that the call has taken permits of, with the number of its rates. */
    private void forEachTaken(Job job, CallPermits taken, ObjIntConsumer<PermitSet> action) {
        action.accept(keys.get(job.key()).own(), taken.ownRates());
        shared(job).forEach(set -> action.accept(set, set.rateCount()));
    }

    /** Returns true if the job's call, whose permits were taken, can be sent now. */
    public boolean maySend(Job job, long nowNanos) {
        CallPermits taken = job.reservation();
        return taken == null
                || (keys.get(job.key()).own().maySend(taken.ownRates(), nowNanos)
                        && shared(job).stream()
                                .allMatch(set -> set.maySend(set.rateCount(), nowNanos)));
    }

    /** Notes that a call was handed to its thread. Its permits count for a window from now on. */
    public void onSent(Job job, long nowNanos) {
        CallPermits taken = job.reservation();
        if (taken != null) {
            forEachTaken(job, taken, (set, rates) -> set.onSent(rates, taken.tokens(), nowNanos));
            job.reserve(taken.sent(nowNanos));
        }
    }

    /** Gives back the permits of a call that is not sent. */
    public void cancel(Job job, long nowNanos) {
        keys.get(job.key()).search().onWithdrawn(nowNanos);
        CallPermits taken = job.takeReservation();
        if (taken != null) {
            forEachTaken(job, taken, (set, rates) -> giveBack(set, rates, taken, nowNanos));
        }
    }

    private static void giveBack(PermitSet set, int rates, CallPermits taken, long nowNanos) {
        if (taken.isSent()) {
            set.withdraw(rates, taken.tokens(), taken.sentNanos(), nowNanos);
        } else {
            set.giveBack(rates, taken.tokens(), nowNanos);
        }
    }

    /** Ends a call: corrects its tokens, and learns from its response. */
    public void complete(Job job, CallReport report, long nowNanos) {
        if (!report.called()) {
            cancel(job, nowNanos);
            return;
        }
        KeyQuota key = keys.get(job.key());
        CallPermits taken = job.reservation();
        if (taken != null && !taken.isSent()) {
            onSent(job, nowNanos);
        }
        correct(job, report, nowNanos);
        if (report.verdict().billing() instanceof Billing.Billed billed) {
            tokens.onUsed(job, billed.usage());
        }
        key.search().onEnded(end(report, nowNanos));
        ResponseHeaders headers = headers(report.verdict());
        if (headers != null) {
            boolean isAnswer = report.verdict() instanceof Verdict.Answered;
            key.readHeaders(headers, isAnswer, clock.now(), nowNanos);
        }
    }

    /** Replaces the reserved tokens of a sent call by its used tokens. */
    private void correct(Job job, CallReport report, long nowNanos) {
        CallPermits sent = job.takeReservation();
        if (sent == null) {
            return;
        }
        TokenEstimate used = used(report.verdict().billing(), sent.tokens());
        forEachTaken(
                job,
                sent,
                (set, rates) ->
                        set.complete(rates, sent.tokens(), used, sent.sentNanos(), nowNanos));
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

    private static @Nullable ResponseHeaders headers(Verdict verdict) {
        Verdict.Response response =
                switch (verdict) {
                    case Verdict.Answered answered -> answered.response();
                    case Verdict.Failed failed -> failed.response();
                    case Verdict.SendWindowMissed _ -> null;
                };
        return response == null ? null : response.headers();
    }

    /** Returns the rate that was found by trying, over all keys; 0 while there is none. */
    double foundPerSecond() {
        return keys.stream().mapToDouble(key -> key.search().perSecond()).sum();
    }

    /**
     * Returns the time between calls of the job's size at the limits that are known here, in
     * nanoseconds; 0 without a limit.
     */
    public long callNanos(Job job) {
        TokenEstimate estimate = tokens.of(job);
        double perSecond = foundPerSecond();
        long each = perSecond == 0 ? 0 : (long) (SECOND_NANOS / perSecond);
        long ofKeys = Long.MAX_VALUE;
        for (KeyQuota key : keys) {
            ofKeys = Math.min(ofKeys, key.own().callNanos(estimate));
        }
        each = Math.max(each, ofKeys / keys.size());
        for (PermitSet set : ofAllKeys) {
            each = Math.max(each, set.callNanos(estimate));
        }
        return each;
    }

    /** Adds the limits that the provider named or refusals showed, of each key. */
    void addLearned(List<WorkerReport.Learned> found, long nowNanos) {
        keys.forEach(key -> key.addLearned(found, nowNanos));
    }

    /** Reports the limits of the keys. */
    void forEachLimit(Quota.LimitReader reader, long nowNanos) {
        keys.forEach(key -> key.own().forEachLimit(reader, nowNanos));
    }
}
