package dev.millrace.contracts.result;

import dev.millrace.contracts.header.JobCostLimit;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.money.ServiceUse;
import dev.millrace.contracts.money.TokenUsage;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * The cost of one attempt, or the end of a job without cost. Each job has exactly one final event,
 * written in the same transaction as its result. {@link CostEventCodec} writes and reads events.
 *
 * @param eventId equal for every copy of the event about an attempt; see {@link #idOf}
 * @param isFinal whether this event ends the job
 * @param model catalog name of the model; null if none was selected
 * @param provider null if no call was made or the provider is unknown
 * @param attempt number of the call, from 1; 0 if no call was made
 * @param usage tokens used; for an uncertain attempt the known upper bound
 * @param rates prices applied, in USD per million tokens; null if no call was made or the prices
 *     are unknown
 * @param catalogVersion version of the catalog with the prices; null if there are none
 * @param costUsd tokens × price ÷ 1,000,000 and the calls of tools, exact; for an uncertain attempt
 *     the known upper bound, which the job's {@link JobCostLimit} gives if the job has one
 * @param savedUsd cost of a call that was avoided
 * @param reservedUsd the most that the job could cost, in its final event; 0 if nothing limited its
 *     cost
 * @param end how the job ended; null if the event is not final or was written by an earlier version
 * @param routedBy policy, rule and version that selected the model, as in the end if there is one;
 *     null for none, or in an event of an earlier version that is not final
 * @param routedTo first model of the job's chain, which identifies the arm of a ramp; null as
 *     {@code routedBy}
 * @param part the job that was called for a part of this job's document; null if the job itself was
 *     called
 * @param service what the answer reported besides its tokens, which determines the prices
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
        @Nullable JobEnd end,
        @Nullable String routedBy,
        @Nullable String routedTo,
        @Nullable JobId part,
        ServiceUse service) {
    public CostEvent {
        if (end != null) {
            routedBy = end.routedBy();
            routedTo = end.routedTo();
        }
    }

    /** Creates an event of a job that is called itself, with the route of the end, or none. */
    public CostEvent(
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
        this(
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
                end,
                null,
                null,
                null,
                ServiceUse.NONE);
    }

    /**
     * Returns the id of the event about an attempt. Attempt 0 stands for the end of a job without a
     * call.
     */
    public static String idOf(JobId jobId, int attempt) {
        return jobId + "-" + attempt;
    }

    /**
     * Creates the final event of a job that ended before any call; {@link #with} adds how the job
     * ended.
     */
    public static CostEvent withoutCall(JobId jobId, String tenant, String batch) {
        return withoutCall(jobId, tenant, batch, BigDecimal.ZERO);
    }

    /**
     * Creates the final event of a routed job that ended before any call. It releases the amount
     * that was reserved for the job.
     */
    public static CostEvent withoutCall(JobHeaders job) {
        JobCostLimit costLimit = job.costLimit();
        return withoutCall(
                job.jobId(),
                job.tenant(),
                job.batch(),
                costLimit == null ? BigDecimal.ZERO : costLimit.reservedUsd());
    }

    /**
     * Creates the final event of a job that ended before any call and could cost at most {@code
     * reservedUsd}.
     */
    public static CostEvent withoutCall(
            JobId jobId, String tenant, String batch, BigDecimal reservedUsd) {
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
                reservedUsd,
                null);
    }

    /**
     * Returns a copy of this event for a job that got the answer to an identical job, so that no
     * call was needed.
     *
     * @param answeredBy model that gave the answer
     * @param answeredAt its provider; null if unknown
     * @param callUsd cost of that job, in US dollars
     */
    public CostEvent saving(String answeredBy, @Nullable String answeredAt, BigDecimal callUsd) {
        return new CostEvent(
                eventId,
                isFinal,
                tenant,
                batch,
                jobId,
                answeredBy,
                answeredAt,
                attempt,
                CostKind.SAVED,
                usage,
                rates,
                catalogVersion,
                costUsd,
                callUsd,
                reservedUsd,
                end,
                routedBy,
                routedTo,
                part,
                service);
    }

    /**
     * Returns a copy of this event for a job whose last call has an unknown outcome: the call may
     * have been billed, at prices that are unknown here.
     *
     * @param lastAttempt number of the last call, from 1
     * @param calledModel null if unknown
     * @param atMostUsd the highest cost of the call; 0 if unknown
     */
    public CostEvent afterUncertain(
            int lastAttempt, @Nullable String calledModel, BigDecimal atMostUsd) {
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
                atMostUsd,
                savedUsd,
                reservedUsd,
                end,
                routedBy,
                routedTo,
                part,
                service);
    }

    /**
     * Returns a copy of this event with the route of its job, which its end replaces if there is
     * one.
     *
     * @param by policy, rule and version that selected the model; null for none
     * @param to first model of the job's chain; null for none
     */
    public CostEvent withRoute(@Nullable String by, @Nullable String to) {
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
                end,
                by,
                to,
                part,
                service);
    }

    /** Returns a copy of this event with what the answer reported besides its tokens. */
    public CostEvent withService(ServiceUse reported) {
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
                end,
                routedBy,
                routedTo,
                part,
                reported);
    }

    /** Returns a copy of this event with the given end. */
    public CostEvent with(JobEnd jobEnd) {
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
                jobEnd,
                routedBy,
                routedTo,
                part,
                service);
    }

    /**
     * Returns a copy of this event of a part as an event of the job whose document was split. It
     * does not end that job, which has its own reservation. Its id stays unique.
     */
    public CostEvent asCostOf(JobId parent) {
        return new CostEvent(
                eventId,
                false,
                tenant,
                batch,
                /* jobId= */ parent,
                model,
                provider,
                attempt,
                kind,
                usage,
                rates,
                catalogVersion,
                costUsd,
                savedUsd,
                BigDecimal.ZERO,
                null,
                routedBy,
                routedTo,
                /* part= */ jobId,
                service);
    }
}
