package dev.millrace.contracts.result;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.money.TokenUsage;
import java.math.BigDecimal;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The cost of one attempt, or the end of a job without cost. Each job has exactly one final event,
 * written in one transaction with its result. {@link CostEventCodec} writes and reads events.
 *
 * @param eventId equal for every copy of the event about an attempt; see {@link #idOf}
 * @param isFinal true if this event ends the job
 * @param part job id of the part of the job's document that was called; null if the job itself was
 *     called
 * @param route the end's route if there is an end; none in a non-final event of an earlier version
 * @param reservedUsd maximum cost of the job, in its final event; 0 for an unlimited cost
 * @param end how the job ended; null if the event is not final or was written by an earlier version
 */
public record CostEvent(
        String eventId,
        boolean isFinal,
        BatchJob job,
        @Nullable JobId part,
        Route route,
        AttemptCost cost,
        BigDecimal reservedUsd,
        @Nullable JobEnd end) {
    public CostEvent {
        if (end != null) {
            route = end.route();
        }
    }

    /**
     * Returns the id of the event about an attempt. Attempt 0 denotes the end of a job without a
     * call.
     */
    public static String idOf(JobId jobId, int attempt) {
        return jobId + "-" + attempt;
    }

    /** Creates the event of an attempt after which its job continues. */
    public static CostEvent ofAttempt(BatchJob job, Route route, AttemptCost cost) {
        return new CostEvent(
                idOf(job.id(), cost.attempt()),
                false,
                job,
                null,
                route,
                cost,
                BigDecimal.ZERO,
                null);
    }

    /** Creates the final event of an uncalled job of which only id, tenant and batch are known. */
    public static CostEvent withoutCall(JobId jobId, String tenant, String batch) {
        return new CostEvent(
                idOf(jobId, 0),
                true,
                new BatchJob(jobId, tenant, batch),
                null,
                Route.NONE,
                AttemptCost.NONE,
                BigDecimal.ZERO,
                null);
    }

    /** Returns a copy of this event with the given cost. */
    public CostEvent with(AttemptCost other) {
        return new CostEvent(
                idOf(job.id(), other.attempt()),
                isFinal,
                job,
                part,
                route,
                other,
                reservedUsd,
                end);
    }

    /** Returns a copy of this event with the given end. */
    public CostEvent with(JobEnd jobEnd) {
        return new CostEvent(eventId, isFinal, job, part, route, cost, reservedUsd, jobEnd);
    }

    /**
     * Returns a copy of a part's event as an event of the parent job, whose document was split. The
     * copy does not end the parent job, which has its own reservation. It keeps the unique id of
     * the part's event.
     */
    public CostEvent asCostOf(JobId parent) {
        return new CostEvent(
                eventId,
                false,
                new BatchJob(parent, tenant(), batch()),
                /* part= */ jobId(),
                route,
                cost,
                BigDecimal.ZERO,
                null);
    }

    public JobId jobId() {
        return job.id();
    }

    public String tenant() {
        return job.tenant();
    }

    public String batch() {
        return job.batch();
    }

    public @Nullable String model() {
        return cost.model();
    }

    public @Nullable String provider() {
        return cost.provider();
    }

    public int attempt() {
        return cost.attempt();
    }

    public CostKind kind() {
        return cost.kind();
    }

    /** Returns the tokens that the attempt used. */
    public TokenUsage usage() {
        return cost.usage().tokens();
    }

    public BigDecimal costUsd() {
        return cost.costUsd();
    }

    /** Returns the cost at the catalog's prices, whatever the provider stated. */
    public BigDecimal catalogUsd() {
        return Objects.requireNonNullElse(cost.usage().catalogUsd(), costUsd());
    }

    public BigDecimal savedUsd() {
        return cost.savedUsd();
    }
}
