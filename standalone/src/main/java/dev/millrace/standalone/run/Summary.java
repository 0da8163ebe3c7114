package dev.millrace.standalone.run;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.millrace.contracts.budget.BudgetState;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.standalone.status.BudgetStatus;
import java.math.BigDecimal;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Summary of a run. The names and the order of the components, and of those of the unwrapped ones,
 * are the names and the order of the JSON output.
 *
 * @param budgets the budgets for which lines wait or whose limit is exceeded
 * @param byError number of failed jobs and dead letters for each error code
 * @param deadLetterLines first dead letters, in input order
 */
record Summary(
        @JsonUnwrapped Counts counts,
        @JsonUnwrapped Bill bill,
        @JsonUnwrapped Times times,
        @JsonUnwrapped End end,
        List<BudgetFigures> budgets,
        List<ModelSummary> byModel,
        SortedMap<String, Long> byError,
        List<DeadLetterLine> deadLetterLines) {

    /**
     * Numbers of lines, where {@code jobs = succeeded + failed + deadLetters}.
     *
     * @param jobs lines of the input with an outcome, blank lines excluded
     * @param reused lines whose outcome was stored before this run
     * @param cached jobs of this run answered with the answer to an identical job
     * @param uncertain attempts with unknown billing
     */
    record Counts(
            long jobs,
            long succeeded,
            long failed,
            long deadLetters,
            long reused,
            long cached,
            long uncertain) {}

    /**
     * Tokens and money of the calls whose outcome this run received.
     *
     * @param reusedCostUsd earlier cost of reused lines
     * @param savedUsd exact cost of the calls that cached jobs avoided
     */
    record Bill(
            long inputTokens,
            long outputTokens,
            BigDecimal costUsd,
            BigDecimal reusedCostUsd,
            BigDecimal savedUsd) {}

    /**
     * Times in milliseconds.
     *
     * @param firstResultMs time from the start of the program to the first result; null without a
     *     result
     * @param upstreamP50Ms median duration of the last call of a job
     * @param queueP50Ms median time from submission to the start of the last call
     */
    record Times(
            long durationMs,
            @Nullable Long firstResultMs,
            long upstreamP50Ms,
            long upstreamP95Ms,
            long queueP50Ms,
            long queueP95Ms) {}

    /**
     * How the run ended.
     *
     * @param complete true if every line has an outcome; false if the run was stopped
     * @param waiting lines that wait for money, if the run ended for this reason
     */
    record End(String output, boolean complete, long waiting) {}

    /**
     * Figures of one model for this run, without reused jobs.
     *
     * @param model name in the catalog
     * @param jobs jobs assigned to the model, called or not: {@code succeeded + failed}
     * @param inputTokens tokens of all billed calls, retries included
     * @param outputTokens tokens of all billed calls, retries included
     * @param costUsd exact cost of all billed calls, retries included
     * @param upstreamP50Ms median duration of the last call of a job, in milliseconds
     * @param upstreamP95Ms 95th percentile of this duration
     */
    record ModelSummary(
            String model,
            long jobs,
            long succeeded,
            long failed,
            long inputTokens,
            long outputTokens,
            BigDecimal costUsd,
            long upstreamP50Ms,
            long upstreamP95Ms) {}

    /**
     * A budget for which jobs wait, or whose limit is exceeded.
     *
     * @param batch null for the budget of a tenant
     * @param exceededUsd amount by which the spent money is above the limit, 0 or more
     * @param neededUsd amount that the next waiting job needs; null if unknown
     * @param unaffordableJobs waiting jobs that need more than the remaining money
     */
    record BudgetFigures(
            String tenant,
            @Nullable String batch,
            BigDecimal limitUsd,
            BigDecimal spentUsd,
            BigDecimal reservedUsd,
            BigDecimal exceededUsd,
            long waitingJobs,
            @Nullable BigDecimal neededUsd,
            long unaffordableJobs) {
        static BudgetFigures of(BudgetStatus budget) {
            BudgetState state = budget.state();
            return switch (budget.key()) {
                case ControlKey.TenantBudget(String tenant, var _, var _) ->
                        of(tenant, null, state);
                case ControlKey.BatchBudget(String tenant, String batch) ->
                        of(tenant, batch, state);
                case ControlKey.KeyBudget(String tenant, var _) -> of(tenant, null, state);
            };
        }

        private static BudgetFigures of(String tenant, @Nullable String batch, BudgetState state) {
            return new BudgetFigures(
                    tenant,
                    batch,
                    state.limitUsd(),
                    state.spentUsd(),
                    state.reservedUsd(),
                    state.exceededUsd(),
                    state.waitingJobs(),
                    state.waiting().neededUsd().orElse(null),
                    state.waiting().unaffordableJobs());
        }
    }

    /** A line that became a dead letter. */
    record DeadLetterLine(String file, long line, String reason, String message) {}
}
