package dev.millrace.router.budget;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.contracts.budget.BudgetState;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.router.budget.BudgetAccounts.Account;
import dev.millrace.router.message.RoutingMessage.JobIdentity;
import dev.millrace.router.plan.PlanAddition;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
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

    /** Returns the planning of a configuration, which reads each state of control once. */
    public static Planning planning(MillraceConfig config) {
        var last = new AtomicReference<@Nullable BudgetSnapshot>();
        return new Planning(
                control -> {
                    BudgetSnapshot known = last.get();
                    if (known != null && known.control() == control) {
                        return known;
                    }
                    BudgetSnapshot read = of(control, config);
                    last.set(read);
                    return read;
                });
    }

    /**
     * Bounds the costs of jobs that a budget pays. Thread-safe.
     *
     * @param reading reads the budgets in force from the state of control
     */
    public record Planning(Function<ControlState, BudgetSnapshot> reading) implements PlanAddition {
        @Override
        public boolean boundsCost(JobIdentity job, ControlState control, Instant now) {
            return !reading.apply(control)
                    .accounts()
                    .of(job.tenant(), job.batch(), job.apiKey(), job.batchLimitUsd(), now)
                    .isEmpty();
        }

        @Override
        public @Nullable BigDecimal budgetLeft(String tenant, ControlState control, Instant now) {
            return reading.apply(control).budgetLeft(tenant, now);
        }
    }
}
