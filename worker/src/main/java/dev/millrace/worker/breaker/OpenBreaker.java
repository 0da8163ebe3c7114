package dev.millrace.worker.breaker;

import dev.millrace.contracts.control.WorkerReport;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.service.StoppedCalls;
import java.time.Instant;

/**
 * A breaker that is not closed.
 *
 * @param error the failure that opened the breaker
 * @param reason message of that failure, without secrets
 * @param since when the breaker opened
 * @param nextTrial earliest time of this worker's next trial call, if a job waits
 * @param jobsWait whether jobs have waited for the breaker in the last minute
 */
public record OpenBreaker(
        BreakerId id,
        ErrorCode error,
        String reason,
        Instant since,
        Instant nextTrial,
        boolean jobsWait) {
    /** Longest reason in other processes: providers repeat whole requests in their errors. */
    private static final int MAX_REASON = 300;

    /** Returns a short description, such as {@code key 1 of openai (authentication_error)}. */
    @Override
    public String toString() {
        return id + " (" + error.code() + ")";
    }

    /** Returns this breaker as other processes read it. */
    public WorkerReport.Open toEntry() {
        return new WorkerReport.Open(
                id.toString(),
                error.code(),
                reason.length() <= MAX_REASON ? reason : reason.substring(0, MAX_REASON) + "…",
                since,
                nextTrial,
                jobsWait);
    }

    /** Returns the calls that are held back, with the reason and the remedy. */
    public StoppedCalls toStoppedCalls() {
        return new StoppedCalls(id.toString(), reason + "; " + remedy());
    }

    private String remedy() {
        return switch (error) {
            case AUTHENTICATION_ERROR ->
                    "correct the API key of provider %s".formatted(id.provider());
            case QUOTA_EXCEEDED ->
                    "add credit to the account of provider %s".formatted(id.provider());
            case MODEL_NOT_FOUND ->
                    "correct upstream_model of model %s, or base_url of provider %s"
                            .formatted(id.model(), id.provider());
            default -> "calls resume when the provider recovers";
        };
    }
}
