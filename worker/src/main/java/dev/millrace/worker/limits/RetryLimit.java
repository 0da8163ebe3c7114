package dev.millrace.worker.limits;

import dev.millrace.configuration.WorkerConfig;
import dev.millrace.contracts.waiting.WaitingReason;
import dev.millrace.worker.job.Hold;
import dev.millrace.worker.job.Job;
import dev.millrace.worker.port.Providers;
import java.util.HashMap;
import java.util.Map;

/**
 * Limits the retries among each model's calls, with a {@link RetryBudget} for each. Calls count
 * when they are announced, not when they are sent. Otherwise one transaction could announce many
 * retries where the budget allows one.
 */
final class RetryLimit implements AdmissionLimit {
    private final WorkerConfig.RetryBudget config;
    private final Map<String, RetryBudget> budgets = new HashMap<>();

    RetryLimit(WorkerConfig.RetryBudget config) {
        this.config = config;
    }

    private RetryBudget budget(Job job, long nowNanos) {
        String model = job.queue();
        RetryBudget budget = budgets.get(model);
        if (budget == null) {
            budget = new RetryBudget(config.ratio(), config.window(), nowNanos);
            budgets.put(model, budget);
        }
        return budget;
    }

    @Override
    public Hold hold(Job job, long nowNanos) {
        return new Hold(WaitingReason.RETRY_BUDGET, "worker.retry_budget.ratio: " + config.ratio());
    }

    @Override
    public long waitNanos(Job job, long nowNanos) {
        return job.failedCalls().isRetryNext() ? budget(job, nowNanos).waitNanos(nowNanos) : 0;
    }

    @Override
    public boolean reserve(Job job, long nowNanos) {
        budget(job, nowNanos).onCall(nowNanos, job.failedCalls().isRetryNext());
        return true;
    }

    @Override
    public void cancel(Job job, long nowNanos) {
        budget(job, nowNanos).onWithdrawn(nowNanos, job.failedCalls().isRetryNext());
    }

    @Override
    public void complete(Job job, Providers.CallReport report, long nowNanos) {
        if (!report.called()) {
            budget(job, nowNanos).onWithdrawn(nowNanos, job.failedCalls().isRetryNext());
        }
    }
}
