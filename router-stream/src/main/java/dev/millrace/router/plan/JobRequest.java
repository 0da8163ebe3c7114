package dev.millrace.router.plan;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.RequestLine;
import java.math.BigDecimal;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A job to plan.
 *
 * @param isUnderBudget true if a budget of its tenant, batch or API key pays for the job
 * @param budgetLeft supplies the rest of the tenant's budget in US dollars; null without a budget
 */
public record JobRequest(
        JobId jobId,
        String tenant,
        RequestLine line,
        boolean isUnderBudget,
        Supplier<@Nullable BigDecimal> budgetLeft) {
    public JobRequest {
        line = isUnderBudget ? line.withBoundedCost() : line;
    }

    /** Creates a job that is paid from no budget. */
    public JobRequest(JobId jobId, String tenant, RequestLine line) {
        this(jobId, tenant, line, false, () -> null);
    }
}
