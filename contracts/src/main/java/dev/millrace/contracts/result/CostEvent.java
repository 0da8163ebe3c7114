package dev.millrace.contracts.result;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.money.TokenUsage;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What one attempt cost, or that a job ended without cost. A job has exactly one event that is
 * final, in the same transaction as its result. {@link CostEventCodec} writes and reads it.
 *
 * @param eventId the same for the same attempt however often it is written; see {@link #idOf}
 * @param isFinal whether the job has ended with it
 * @param model by its catalog name; null when none was chosen
 * @param provider null when no call was made, or nobody knows by whom
 * @param attempt which call of the job, from 1; 0 when no call was made
 * @param usage for an uncertain attempt the most that it can have used, as far as is known
 * @param rates the prices that were used, USD per million tokens; null when no call was made, or
 *     they are not known
 * @param catalogVersion where the prices come from; null when there are none
 * @param costUsd tokens × price ÷ 1,000,000, exact; for an uncertain attempt the most that it can
 *     have cost, as far as is known
 * @param savedUsd what a call would have cost that was not made
 * @param reservedUsd what was set aside for the job and is settled by the final event
 * @param end how the job ended; null unless the event is final, and in one of an earlier version
 */
public record CostEvent(
        String eventId,
        boolean isFinal,
        String tenant,
        String batch,
        JobId jobId,
        @Nullable String model,
        @Nullable String provider,
        int attempt,
        CostKind kind,
        TokenUsage usage,
        @Nullable Price rates,
        @Nullable String catalogVersion,
        BigDecimal costUsd,
        BigDecimal savedUsd,
        BigDecimal reservedUsd,
        @Nullable JobEnd end) {

    /** The id of the event about an attempt; attempt 0 is the end of a job without one. */
    public static String idOf(JobId jobId, int attempt) {
        return jobId + "-" + attempt;
    }

    /**
     * The final event of a job that ended before any call was made; {@link #with} tells how it
     * ended.
     */
    public static CostEvent withoutCall(JobId jobId, String tenant, String batch) {
        return new CostEvent(
                idOf(jobId, 0),
                true,
                tenant,
                batch,
                jobId,
                null,
                null,
                0,
                CostKind.NONE,
                TokenUsage.NONE,
                null,
                null,
                BigDecimal.ZERO,
                BigDecimal.ZERO,
                BigDecimal.ZERO,
                null);
    }

    /**
     * The same end of a job whose last call nobody has seen the end of: it may have been billed, at
     * a price that is not known here.
     *
     * @param lastAttempt which call of the job, from 1
     * @param calledModel null when it is not known
     */
    public CostEvent afterUncertain(int lastAttempt, @Nullable String calledModel) {
        return new CostEvent(
                idOf(jobId, lastAttempt),
                isFinal,
                tenant,
                batch,
                jobId,
                calledModel,
                provider,
                lastAttempt,
                CostKind.UNCERTAIN,
                usage,
                rates,
                catalogVersion,
                costUsd,
                savedUsd,
                reservedUsd,
                end);
    }

    /** The same event, which tells how the job ended. */
    public CostEvent with(JobEnd told) {
        return new CostEvent(
                eventId,
                isFinal,
                tenant,
                batch,
                jobId,
                model,
                provider,
                attempt,
                kind,
                usage,
                rates,
                catalogVersion,
                costUsd,
                savedUsd,
                reservedUsd,
                told);
    }
}
