package dev.millrace.standalone.forecast;

import dev.millrace.router.plan.JobRequest;
import dev.millrace.router.plan.Plan;
import dev.millrace.router.plan.PlanAddition;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/** Forecasts jobs that need several calls. Thread-safe. */
interface SplitForecasts {
    /** Returns what the router adds to the plans of these jobs. */
    PlanAddition planning();

    /**
     * Estimates one attempt at each call of a split job.
     *
     * @param answer expected tokens of an answer
     */
    Calls calls(JobRequest job, Plan.Routed plan, long answer);

    /**
     * The estimated tokens and costs of all calls together.
     *
     * @param inputTokens of all calls
     * @param outputTokens of all calls
     * @param highestUsd highest cost at each model of the chain; empty if a call has no bound
     */
    record Calls(
            long inputTokens,
            long outputTokens,
            BigDecimal usd,
            Optional<List<BigDecimal>> highestUsd) {}
}
