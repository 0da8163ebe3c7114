package dev.millrace.worker.dispatch;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.result.Outcome;
import dev.millrace.worker.answer.Verdict;
import dev.millrace.worker.outcome.RetryDecision;
import dev.millrace.worker.outcome.RetryPolicy;
import dev.millrace.worker.port.Providers;
import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Decides how a job continues after the report of a call. A pure function of its arguments and of
 * randomness.
 *
 * @param retries decides whether and when another attempt follows
 * @param random randomness of waits
 */
public record CompletionPolicy(RetryPolicy retries, RandomGenerator random) {
    /** Number of calls that could not be sent in time after which a job ends. */
    private static final int MAX_MISSED_WINDOWS = 10;

    /** How a job continues after the report of its call. */
    sealed interface Decision {
        /** The job ends with an outcome. */
        record Settle(Outcome outcome) implements Decision {}

        /** The job was cancelled while its call ran, and would need another call. */
        record Cancel() implements Decision {}

        /** The record is not a job, and becomes a dead letter. */
        record DeadLetter(String reason) implements Decision {}

        /** Another call follows after a delay, which may be zero. */
        record Retry(Duration delay) implements Decision {}
    }

    /**
     * A job after the report.
     *
     * @param attempts calls made for the job, including the reported call even if it was not made
     * @param sameError number of this worker's attempts that ended with the reported error
     * @param missedWindows calls that could not be sent in time, including the reported call
     * @param deadline null for none
     */
    record Attempt(
            int attempts,
            int sameError,
            int missedWindows,
            boolean isCancelled,
            @Nullable Instant deadline) {}

    Decision decide(Attempt attempt, Providers.CallReport report, Instant now) {
        if (!report.unreadable().isEmpty()) {
            return new Decision.DeadLetter(report.unreadable());
        }
        return switch (report.verdict()) {
            case Verdict.Answered answered ->
                    new Decision.Settle(outcome(answered.response(), null));
            case Verdict.Failed failed -> onFailed(attempt, failed, now);
            case Verdict.SendWindowMissed _ -> onSendWindowMissed(attempt);
        };
    }

    private Decision onFailed(Attempt attempt, Verdict.Failed failed, Instant now) {
        var failure =
                new RetryPolicy.Failure(
                        failed.error(),
                        attempt.attempts(),
                        attempt.sameError(),
                        failed.retryAfter(),
                        attempt.deadline());
        return switch (retries.decide(failure, now, random)) {
            case RetryDecision.Retry _ when attempt.isCancelled() -> new Decision.Cancel();
            case RetryDecision.Retry retry -> new Decision.Retry(retry.delay());
            case RetryDecision.Fail _ -> new Decision.Settle(outcome(failed));
            case RetryDecision.DeadlineExceeded exceeded ->
                    new Decision.Settle(
                            new Outcome.Unanswered(
                                    ErrorCode.DEADLINE_EXCEEDED,
                                    "the deadline is too near for another attempt; the last attempt failed: "
                                            + failed.message(),
                                    null,
                                    exceeded.delay(),
                                    requestId(failed)));
        };
    }

    /**
     * Repeats a call that was not sent in time, at once and then after growing waits. A slow moment
     * must not cost a job, such as many long bodies that are translated at once; but slow
     * connections must not delay a job forever.
     */
    private Decision onSendWindowMissed(Attempt attempt) {
        if (attempt.isCancelled()) {
            return new Decision.Cancel();
        }
        if (attempt.missedWindows() == MAX_MISSED_WINDOWS) {
            return new Decision.Settle(
                    Outcome.rejected(
                            ErrorCode.CONNECTION_ERROR,
                            ("the call could not be sent in time, %d times: no connection to the"
                                            + " provider was ready, or the worker was suspended or"
                                            + " overloaded")
                                    .formatted(MAX_MISSED_WINDOWS)));
        }
        return new Decision.Retry(
                attempt.missedWindows() == 1
                        ? Duration.ZERO
                        : retries.backoffAfter(attempt.missedWindows() - 1, random));
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
