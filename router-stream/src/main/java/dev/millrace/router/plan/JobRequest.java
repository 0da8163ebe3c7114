package dev.millrace.router.plan;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.RequestLine;

/**
 * A job to plan.
 *
 * @param isUnderBudget true if a budget of its tenant or batch pays for the job
 */
public record JobRequest(JobId jobId, String tenant, RequestLine line, boolean isUnderBudget) {
    public JobRequest {
        line = isUnderBudget ? line.withBoundedCost() : line;
    }

    /** Creates a job for which no budget pays. */
    public JobRequest(JobId jobId, String tenant, RequestLine line) {
        this(jobId, tenant, line, false);
    }
}
