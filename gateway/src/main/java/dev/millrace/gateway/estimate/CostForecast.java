package dev.millrace.gateway.estimate;

import dev.millrace.contracts.job.RequestLine;
import dev.millrace.gateway.submission.LineError;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The forecast of one batch. Uses constant memory for any number of lines. Used by one thread. */
public interface CostForecast {
    /**
     * Adds a line.
     *
     * @param number line number from 1
     */
    void add(long number, RequestLine request);

    /** Returns the sums of the lines that were added. */
    Sums sums();

    /**
     * The forecast cost of a batch.
     *
     * @param total sum over all models
     * @param byModel sums by the name of the first model of each line's chain, in the order to show
     * @param refusedLines number of lines that would fail without a call
     * @param refused the first refused lines
     * @param budgets the budgets that pay the batch
     * @param earliestEnd earliest time at which limits of models let the last job start, without
     *     jobs that run
     */
    record Sums(
            Cost total,
            Map<String, Cost> byModel,
            long refusedLines,
            List<LineError> refused,
            List<BudgetLeft> budgets,
            Instant earliestEnd) {
        public Sums {
            refused = List.copyOf(refused);
            budgets = List.copyOf(budgets);
        }
    }

    /**
     * The cost of one attempt of each job.
     *
     * @param inputTokens estimate
     * @param outputTokens expected
     * @param usd expected, in US dollars
     * @param worstUsd highest possible at any model of a job's chain, in US dollars, without the
     *     unbounded jobs
     * @param unboundedJobs jobs whose cost has no bound
     */
    record Cost(
            long jobs,
            long inputTokens,
            long outputTokens,
            BigDecimal usd,
            BigDecimal worstUsd,
            long unboundedJobs) {}

    /**
     * A budget that pays a batch.
     *
     * @param of {@code batch}, {@code key} or {@code tenant}
     * @param limitUsd in US dollars
     * @param leftUsd amount neither spent nor reserved, as last published; negative after the limit
     *     was lowered
     * @param periodEnd end of the budget's period; empty for a budget without periods
     */
    record BudgetLeft(
            String of, BigDecimal limitUsd, BigDecimal leftUsd, Optional<Instant> periodEnd) {}
}
