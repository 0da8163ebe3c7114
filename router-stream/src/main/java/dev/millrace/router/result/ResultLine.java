package dev.millrace.router.result;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.result.Outcome;
import dev.millrace.wire.answer.AnswerContent;
import java.math.BigDecimal;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A result line of a job that was called: the part that other jobs may get.
 *
 * @param bytes the line; shared, must not be modified
 * @param outcome the outcome, with the unchanged body of the line
 * @param jobId id of the job that was called; null if unknown
 * @param model catalog name of the model that answered; empty if unknown
 * @param provider null if unknown
 * @param isFallback whether another model than the planned one answered
 * @param costUsd amount billed for the job
 */
public record ResultLine(
        byte[] bytes,
        Outcome outcome,
        @Nullable String jobId,
        String model,
        @Nullable String provider,
        String tenant,
        String routedBy,
        boolean isFallback,
        BigDecimal costUsd) {
    /**
     * Errors with reasons in the job itself, so that an identical job can still succeed. A provider
     * can reject a field, such as {@code metadata}, in which identical jobs differ.
     */
    private static final Set<ErrorCode> OWN_REASONS =
            EnumSet.of(
                    ErrorCode.DEADLINE_EXCEEDED,
                    ErrorCode.CANCELLED,
                    ErrorCode.BUDGET_EXCEEDED,
                    ErrorCode.INTERNAL_ERROR,
                    ErrorCode.MALFORMED_REQUEST,
                    ErrorCode.VALIDATION_ERROR,
                    ErrorCode.RESPONSE_TOO_LARGE);

    private static final int SUCCESS = 200;
    private static final int AFTER_SUCCESS = 300;

    /** Returns true for an answer without an error. */
    public boolean isSuccess() {
        return outcome instanceof Outcome.Answered answered
                && answered.error() == null
                && answered.statusCode() >= SUCCESS
                && answered.statusCode() < AFTER_SUCCESS;
    }

    /**
     * Returns true for an answer that the cache may keep: complete, or cut off at the output limit,
     * which identical jobs have too.
     */
    public boolean isCacheable() {
        return isSuccess() && !isFallback && !model.isEmpty() && !AnswerContent.isMissing(outcome);
    }

    /** Returns true if identical jobs would end alike. */
    public boolean isShareable() {
        ErrorCode error = outcome.error();
        return error == null ? isSuccess() : !OWN_REASONS.contains(error);
    }
}
