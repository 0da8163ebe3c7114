package dev.millrace.standalone.forecast;

import dev.millrace.contracts.control.ControlState;
import dev.millrace.gateway.estimate.CostForecast.BudgetLeft;
import dev.millrace.gateway.submission.Submission;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the budgets that pay a batch. Thread-safe. */
@FunctionalInterface
interface BatchBudgets {
    Left of(Submission batch, ControlState control, Instant now);

    /**
     * The money left in the budgets that pay a batch.
     *
     * @param tenantUsd rest of the tenant's budget in US dollars; null without a budget
     */
    record Left(List<BudgetLeft> budgets, @Nullable BigDecimal tenantUsd) {
        static final Left NO_BUDGET = new Left(List.of(), null);
    }
}
