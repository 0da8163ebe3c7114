package dev.millrace.standalone.status;

import dev.millrace.contracts.budget.BudgetState;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlState;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

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

    /** Returns the budgets in effect whose limit is exceeded, of the tenant and batch if named. */
    public static List<BudgetStatus> exceeded(
            ControlState control, Instant now, Optional<String> tenant, Optional<String> batch) {
        return all(control, now).stream()
                .filter(it -> it.state().exceededUsd().signum() > 0)
                .filter(it -> tenant.isEmpty() || it.key().tenant().equals(tenant.get()))
                .filter(it -> batch.isEmpty() || batch.equals(it.batch()))
                .toList();
    }

    private Optional<String> batch() {
        return key instanceof ControlKey.BatchBudget of
                ? Optional.of(of.batch())
                : Optional.empty();
    }

    private boolean isInEffect(Instant now) {
        return state.periodEnd().filter(end -> !now.isBefore(end)).isEmpty();
    }

    /** Returns true if jobs wait for money or may still spend reserved money. */
    public static boolean hasUnfinishedJobs(BudgetState state) {
        return state.waitingJobs() > 0 || state.reservedUsd().signum() > 0;
    }
}
