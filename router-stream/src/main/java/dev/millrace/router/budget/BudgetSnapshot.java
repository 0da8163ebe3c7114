package dev.millrace.router.budget;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.contracts.budget.BudgetState;
import dev.millrace.contracts.control.ControlState;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The state of control and the budgets at one moment. Immutable; each change of control makes a new
 * snapshot.
 *
 * @param accounts finds the accounts of jobs
 */
public record BudgetSnapshot(ControlState control, BudgetAccounts accounts) {
    /** Returns a snapshot; limits in control override configured ones. */
    public static BudgetSnapshot of(ControlState control, MillraceConfig config) {
        return new BudgetSnapshot(
                control,
                new BudgetAccounts(config.tenants(), config.batches(), control.budgets().limits()));
    }

    /**
     * Returns the rest of a tenant's budget in US dollars, as last published; null without a
     * budget.
     */
    public @Nullable BigDecimal budgetLeft(String tenant, Instant now) {
        return accounts.ofTenant(tenant, now).map(this::left).orElse(null);
    }

    /** Returns the rest of a budget in US dollars, as last published. */
    public BigDecimal left(Account account) {
        BudgetState state = control.budgets().states().get(account.id());
        return state == null
                ? account.limit()
                : account.limit().subtract(state.spentUsd()).subtract(state.reservedUsd());
    }
}
