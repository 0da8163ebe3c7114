package dev.millrace.contracts.result;

import dev.millrace.contracts.header.Fallback;
import dev.millrace.contracts.header.JobCostLimit;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.job.Lane;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The facts about a job that its final records contain, however it ended.
 *
 * @param line line number in its file, from 1; null if the job is not from a file
 * @param lane the lane in which the job waited; null for none
 * @param reservedUsd maximum cost of the job; 0 for an unlimited cost
 * @param fallbacks the models from which the job fell back, in order; empty for most jobs
 * @param addedOutputLimit output limit that Millrace added to the body, 1 or more; null for none
 * @param passages the passages of documents in the prompt, as a JSON object; null for none
 */
public record JobFacts(
        BatchJob job,
        @Nullable Long line,
        Route route,
        @Nullable Lane lane,
        BigDecimal reservedUsd,
        EndReceivers receivers,
        List<Fallback> fallbacks,
        @Nullable Long addedOutputLimit,
        @Nullable String passages) {
    public JobFacts {
        fallbacks = List.copyOf(fallbacks);
    }

    /** Returns the facts about a job that a worker ends, for whose answer other jobs can wait. */
    public static JobFacts of(JobHeaders job, @Nullable Lane lane) {
        JobCostLimit costLimit = job.costLimit();
        return new JobFacts(
                new BatchJob(job.jobId(), job.tenant(), job.batch()),
                job.line(),
                new Route(job.routedBy(), job.chain().get(0)),
                lane,
                costLimit == null ? BigDecimal.ZERO : costLimit.reservedUsd(),
                new EndReceivers(
                        job.requestPartition(),
                        job.parent(),
                        job.cacheKey(),
                        job.cacheNamespace(),
                        job.identity().traceparent()),
                job.fallbacks(),
                job.maxOutputTokens(),
                job.passages());
    }

    /**
     * Returns the facts about a job without a lane, a reservation, fallbacks and an added output
     * limit.
     */
    public static JobFacts of(
            BatchJob job,
            @Nullable Long line,
            Route route,
            EndReceivers receivers,
            @Nullable String passages) {
        return new JobFacts(
                job, line, route, null, BigDecimal.ZERO, receivers, List.of(), null, passages);
    }

    /** Returns a copy for a job that a router ends: no other job waits for its answer. */
    public JobFacts withoutFollowers() {
        return new JobFacts(
                job,
                line,
                route,
                lane,
                reservedUsd,
                receivers.withoutFollowers(),
                fallbacks,
                addedOutputLimit,
                passages);
    }

    /** Returns a copy without the passages of documents. */
    JobFacts withoutPassages() {
        return new JobFacts(
                job, line, route, lane, reservedUsd, receivers, fallbacks, addedOutputLimit, null);
    }

    /** Returns the final cost event of this job, without its {@link JobEnd}. */
    public CostEvent finalEvent(AttemptCost cost) {
        return new CostEvent(
                CostEvent.idOf(job.id(), cost.attempt()),
                true,
                job,
                null,
                route,
                cost,
                reservedUsd,
                null);
    }
}
