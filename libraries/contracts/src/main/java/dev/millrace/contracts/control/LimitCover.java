package dev.millrace.contracts.control;

import dev.millrace.contracts.budget.BudgetLimit;
import dev.millrace.contracts.budget.BudgetState;
import dev.millrace.contracts.control.ControlState.Budgets;
import dev.millrace.contracts.header.JobCostLimit;
import dev.millrace.contracts.header.JobHeaders;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether the limits in control cover the next call of a job, whenever they were set; see
 * {@code docs/decisions/012-budgets.md}.
 */
public enum LimitCover {
    COVERED,
    /** The owner of an account has not applied a limit yet. */
    UNKNOWN,
    /** More is lent than a limit allows, or nothing is known of the account that pays the job. */
    EXCEEDED,
    /** The account of a limit has reserved nothing for the job. */
    UNPAID;

    /** Returns the cover of a job. */
    public static LimitCover of(Budgets known, JobHeaders job) {
        if (known.limits().isEmpty()) {
            return COVERED;
        }
        Map<ControlKey.Limit, ControlKey.@Nullable Budget> paying = new HashMap<>();
        paying.put(new ControlKey.TenantLimit(job.tenant()), null);
        paying.put(new ControlKey.BatchLimit(job.tenant(), job.batch()), null);
        if (job.apiKey() != null) {
            paying.put(new ControlKey.KeyLimit(job.tenant(), job.apiKey()), null);
        }
        JobCostLimit cost = job.costLimit();
        if (cost != null) {
            List<String> accounts = cost.reserved().accounts();
            // A refused job ends, and an earlier version that has routed a job names no accounts.
            if (accounts == null
                    || cost.reserved().refusal() != null
                    || cost.attemptUsd().get(job.position()).signum() == 0) {
                return COVERED;
            }
            accounts.stream()
                    .flatMap(it -> ControlKey.Budget.ofAccount(it).stream())
                    .forEach(it -> paying.put(it.limit(), it));
        }
        return paying.entrySet().stream()
                .map(it -> of(known, it.getKey(), it.getValue()))
                .reduce(COVERED, (one, other) -> one.compareTo(other) > 0 ? one : other);
    }

    private static LimitCover of(
            Budgets known, ControlKey.Limit key, ControlKey.@Nullable Budget paying) {
        BudgetLimit limit = known.limits().get(key);
        BudgetState state = paying == null ? null : known.states().get(paying);
        if (limit == null) {
            return COVERED;
        }
        if (state == null) {
            return paying == null ? UNPAID : EXCEEDED;
        }
        if (state.limitUsd().compareTo(limit.limitUsd()) > 0) {
            return UNKNOWN;
        }
        return state.exceeds(limit.limitUsd()) ? EXCEEDED : COVERED;
    }
}
