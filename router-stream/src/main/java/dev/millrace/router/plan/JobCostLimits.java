package dev.millrace.router.plan;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.header.JobCostLimit;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.router.plan.cost.WorstCaseCost;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.List;

/** Computes what a job may cost at the models of its chain. */
record JobCostLimits(ServiceableModels serviceable) {
    /**
     * A budget reserves this many attempts: one whose end is unknown, and one answer. Reserving all
     * attempts would let far fewer jobs run at once.
     */
    private static final BigDecimal RESERVED_ATTEMPTS = BigDecimal.TWO;

    /**
     * Returns the highest cost of the job, and of one attempt at each model. A job with {@code
     * max_cost_usd} may use all of it, unless a budget has to reserve the amount.
     *
     * @param chain models for which {@link CostCeilingCheck} has found a bound
     */
    JobCostLimit of(PlanningJob job, List<Model> chain) {
        List<BigDecimal> attempts = chain.stream().map(it -> attemptUsd(job, it)).toList();
        BigDecimal twice = Collections.max(attempts).multiply(RESERVED_ATTEMPTS);
        BigDecimal ceiling = job.line().options().maxCostUsd();
        if (ceiling == null) {
            return new JobCostLimit(twice, attempts);
        }
        return new JobCostLimit(
                job.request().isUnderBudget() ? ceiling.min(twice) : ceiling, attempts);
    }

    private BigDecimal attemptUsd(PlanningJob job, Model model) {
        Endpoint called = serviceable.called(job.line().endpoint(), model);
        return WorstCaseCost.of(model, called, job.profile()).usd().orElseThrow();
    }
}
