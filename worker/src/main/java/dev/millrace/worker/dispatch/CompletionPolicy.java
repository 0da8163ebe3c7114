package dev.millrace.worker.dispatch;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.error.Retry;
import dev.millrace.contracts.result.Outcome;
import dev.millrace.worker.answer.Billing;
import dev.millrace.worker.answer.Verdict;
import dev.millrace.worker.breaker.Excuse;
import dev.millrace.worker.fallback.FallbackRule;
import dev.millrace.worker.fallback.NextModel;
import dev.millrace.worker.outcome.RetryDecision;
import dev.millrace.worker.outcome.RetryPolicy;
import dev.millrace.worker.port.Providers;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Decides how a job continues after the report of a call. A pure function of its arguments and of
 * randomness.
 *
 * @param retries decides whether and when a job gets another attempt
 * @param random randomness of waits
 */
public record CompletionPolicy(RetryPolicy retries, RandomGenerator random) {
    /** Number of calls not sent in time after which a job ends. */
    private static final int MAX_MISSED_WINDOWS = 10;

    /** How a job continues after the report of its call. */
    sealed interface Decision {
        /** Ends the job with an outcome. */
        record Settle(Outcome outcome) implements Decision {}

        /**
         * Hands the job over to another model.
         *
         * @param reason why it leaves its model
         * @param otherwise the job's outcome if it cannot be handed over
         */
        record HandOver(NextModel next, ErrorCode reason, Outcome otherwise) implements Decision {}

        /** The job was cancelled while its call ran, and would need another call. */
        record Cancel() implements Decision {}

        /** The record is not a job, and becomes a dead letter. */
        record DeadLetter(String reason) implements Decision {}

        /** Makes another call after a delay, which can be zero. */
        record Retry(Duration delay) implements Decision {}
    }

    /**
     * A job after the report.
     *
     * @param model the job's current model
     * @param attempts calls made for the job at this model, including the reported call even if it
     *     was not made
     * @param sameError number of attempts at this model that ended with the reported error, as far
     *     as this worker knows; attempts before the job returned to the router all count
     * @param missedWindows calls that could not be sent in time, including the reported call, but
     *     without calls whose leases have expired
     * @param excuse why the failure is not the job's fault
     * @param hasOtherKey true when another API key has room for the refused call
     * @param shortage why the job cannot pay for another attempt at this model; null if it can
     * @param deadline null for none
     * @param fallback finds the model that the job falls back to for a reason; empty for none
     */
    record Attempt(
            Model model,
            int attempts,
            int sameError,
            int missedWindows,
            Excuse excuse,
            boolean hasOtherKey,
            @Nullable String shortage,
            boolean isCancelled,
            @Nullable Instant deadline,
            Function<ErrorCode, Optional<NextModel>> fallback) {
        private boolean isExpired(Instant now) {
            return deadline != null && !now.isBefore(deadline);
        }
    }

    Decision decide(Attempt attempt, Providers.CallReport report, Instant now) {
        if (!report.unreadable().isEmpty()) {
            return new Decision.DeadLetter(report.unreadable());
        }
        return switch (report.verdict()) {
            case Verdict.Answered answered ->
                    new Decision.Settle(outcome(answered.response(), null));
            case Verdict.Failed failed -> onFailed(attempt, failed, report.called(), now);
            case Verdict.SendWindowMissed _ -> onSendWindowMissed(attempt, now);
        };
    }

    /** Ends a job with the error of its last call. */
    static Decision settle(Verdict.Failed failed) {
        return new Decision.Settle(outcome(failed));
    }

    private Decision onFailed(Attempt attempt, Verdict.Failed failed, boolean called, Instant now) {
        if (attempt.excuse() != Excuse.NONE) {
            return onExcused(attempt, failed, now);
        }
        var failure =
                new RetryPolicy.Failure(
                        failed.error(),
                        attempt.attempts(),
                        attempt.sameError(),
                        failed.billing() instanceof Billing.Billed
                                || failed.repetition() == Verdict.Repetition.NEVER,
                        wait(attempt, failed),
                        attempt.deadline());
        RetryDecision decision =
                attempt.shortage() == null
                        ? retries.decide(failure, now, random)
                        : new RetryDecision.Fail();
        return switch (decision) {
            case RetryDecision.Retry _ when attempt.isCancelled() -> new Decision.Cancel();
            case RetryDecision.Retry retry ->
                    handOver(
                                    !attempt.hasOtherKey()
                                            && FallbackRule.isWaitTooLong(failed, attempt.model()),
                                    attempt,
                                    failed.error(),
                                    outcome(failed),
                                    now)
                            .orElseGet(() -> new Decision.Retry(retry.delay()));
            case RetryDecision.Fail _ ->
                    fallBackOrSettle(
                            attempt, failed.error(), called, last(failed, attempt.shortage()), now);
            case RetryDecision.DeadlineExceeded exceeded ->
                    fallBackOrSettle(
                            attempt, failed.error(), called, tooLate(failed, exceeded), now);
        };
    }

    /** Returns the wait before the next attempt; null for a backoff. */
    private static @Nullable Duration wait(Attempt attempt, Verdict.Failed failed) {
        if (failed.repetition() == Verdict.Repetition.AT_ONCE) {
            return Duration.ZERO;
        }
        return attempt.hasOtherKey() ? null : failed.retryAfter();
    }

    private static Outcome tooLate(Verdict.Failed failed, RetryDecision.DeadlineExceeded exceeded) {
        return new Outcome.Unanswered(
                ErrorCode.DEADLINE_EXCEEDED,
                "the deadline is too near for another attempt; the last attempt failed: "
                        + failed.message(),
                null,
                exceeded.delay(),
                requestId(failed));
    }

    /**
     * Decides about a job that gets no further attempt at its model.
     *
     * @param called false if the last call could not be made
     * @param outcome the job's outcome without a model to fall back to
     */
    Decision fallBackOrSettle(
            Attempt attempt, ErrorCode error, boolean called, Outcome outcome, Instant now) {
        return handOver(
                        FallbackRule.endsAtModelOnly(error, attempt.model(), called),
                        attempt,
                        error,
                        outcome,
                        now)
                .orElseGet(() -> new Decision.Settle(outcome));
    }

    /** Returns how the job falls back; empty if it does not, or has no model left. */
    private static Optional<Decision> handOver(
            boolean fallsBack, Attempt attempt, ErrorCode reason, Outcome outcome, Instant now) {
        return fallsBack && !attempt.isExpired(now)
                ? attempt.fallback()
                        .apply(reason)
                        .map(
                                next ->
                                        attempt.isCancelled()
                                                ? new Decision.Cancel()
                                                : new Decision.HandOver(next, reason, outcome))
                : Optional.empty();
    }

    /**
     * Continues a job whose failure is not its fault: at once with another key, at the next model
     * of its chain, or here when the breaker permits. A recovering provider needs a backoff too. A
     * call that can have been billed counts as an attempt, so it can be the last one.
     */
    private Decision onExcused(Attempt attempt, Verdict.Failed failed, Instant now) {
        if (attempt.isCancelled()) {
            return new Decision.Cancel();
        }
        boolean isUnbilled = failed.billing() instanceof Billing.Nothing;
        boolean isLast = attempt.attempts() >= retries.maxAttempts() || attempt.shortage() != null;
        if (!isUnbilled && isLast) {
            return fallBackOrSettle(
                    attempt, failed.error(), true, last(failed, attempt.shortage()), now);
        }
        var wait =
                failed.error().retry() == Retry.NO
                        ? Duration.ZERO
                        : retries.backoffAfter(attempt.attempts(), random);
        boolean isHeld = attempt.excuse() == Excuse.OPEN_BREAKER;
        return handOver(isHeld, attempt, failed.error(), outcome(failed), now)
                .orElseGet(() -> new Decision.Retry(wait));
    }

    /**
     * Repeats a call that was not sent in time, at once and then after growing waits. A slow
     * moment, such as the simultaneous translation of many long bodies, must not cost a job. Slow
     * connections must not delay a job forever.
     */
    private Decision onSendWindowMissed(Attempt attempt, Instant now) {
        if (attempt.isCancelled()) {
            return new Decision.Cancel();
        }
        if (attempt.missedWindows() == MAX_MISSED_WINDOWS) {
            var outcome =
                    Outcome.rejected(
                            ErrorCode.CONNECTION_ERROR,
                            ("the call could not be sent in time, %d times: no connection to the"
                                            + " provider was ready, or the worker was suspended or"
                                            + " overloaded")
                                    .formatted(MAX_MISSED_WINDOWS));
            return fallBackOrSettle(attempt, ErrorCode.CONNECTION_ERROR, false, outcome, now);
        }
        return new Decision.Retry(
                attempt.missedWindows() <= 1
                        ? Duration.ZERO
                        : retries.backoffAfter(attempt.missedWindows() - 1, random));
    }

    /** Returns the outcome of a job that gets no further attempt, and notes a lack of money. */
    private static Outcome last(Verdict.Failed failed, @Nullable String shortage) {
        return shortage == null || failed.response() != null
                ? outcome(failed)
                : new Outcome.Unanswered(
                        failed.error(),
                        failed.message() + "; " + shortage,
                        null,
                        failed.retryAfter(),
                        null);
    }

    private static Outcome outcome(Verdict.Failed failed) {
        return failed.response() == null
                ? new Outcome.Unanswered(
                        failed.error(), failed.message(), null, failed.retryAfter(), null)
                : outcome(failed.response(), failed.error());
    }

    private static Outcome outcome(Verdict.Response response, @Nullable ErrorCode error) {
        return new Outcome.Answered(
                response.status(),
                response.requestId(),
                response.body(),
                error,
                response.translation());
    }

    private static @Nullable String requestId(Verdict.Failed failed) {
        return failed.response() == null ? null : failed.response().requestId();
    }
}
