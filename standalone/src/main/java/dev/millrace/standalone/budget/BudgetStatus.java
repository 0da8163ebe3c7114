package dev.millrace.standalone.budget;

import dev.millrace.contracts.budget.BudgetState;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlState;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/**
 * The state of a tenant's budget in one period, or of a batch's budget.
 *
 * @param key the account
 */
public record BudgetStatus(ControlKey.Budget key, BudgetState state) {
    /**
     * Returns the budgets in effect, sorted by their keys. Leaves out past periods without
     * unfinished jobs.
     */
    public static List<BudgetStatus> all(ControlState control, Instant now) {
        return control.budgets().states().entrySet().stream()
                .map(it -> new BudgetStatus(it.getKey(), it.getValue()))
                .filter(it -> it.isInEffect(now) || hasUnfinishedJobs(it.state()))
                .sorted(Comparator.comparing(it -> it.key().text()))
                .toList();
    }

    private boolean isInEffect(Instant now) {
        return state.periodEnd().filter(end -> !now.isBefore(end)).isEmpty();
    }

    /** Returns true if jobs wait for money or may still spend reserved money. */
    static boolean hasUnfinishedJobs(BudgetState state) {
        return state.waitingJobs() > 0 || state.reservedUsd().signum() > 0;
    }
}
