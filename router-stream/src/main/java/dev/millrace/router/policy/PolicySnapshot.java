package dev.millrace.router.policy;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.contracts.budget.BudgetState;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.router.budget.Account;
import dev.millrace.router.budget.BudgetAccounts;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The state of control and the policies in force at one moment. Immutable; each change of control
 * makes a new snapshot.
 *
 * @param control the state of control
 * @param defaultPolicy the policy for jobs with the model {@code auto}; empty without one
 * @param budgets finds the accounts of jobs
 */
public record PolicySnapshot(
        ControlState control, Optional<ActivePolicy> defaultPolicy, BudgetAccounts budgets) {

    /** Returns a snapshot; policies in control override configured policies. */
    public static PolicySnapshot of(ControlState control, MillraceConfig config) {
        return new PolicySnapshot(
                control,
                ActivePolicy.inForce(control, config),
                new BudgetAccounts(config.tenants(), config.batches(), control.budgets().limits()));
    }

    /**
     * Returns the rest of a tenant's budget in US dollars, as last published; null without a
     * budget.
     */
    public @Nullable BigDecimal budgetLeft(String tenant, Instant now) {
        return budgets.ofTenant(tenant, now).map(this::left).orElse(null);
    }

    /** Returns the rest of a budget in US dollars, as last published. */
    public BigDecimal left(Account account) {
        BudgetState state = control.budgets().states().get(account.id());
        return state == null
                ? account.limit()
                : account.limit().subtract(state.spentUsd()).subtract(state.reservedUsd());
    }
}
