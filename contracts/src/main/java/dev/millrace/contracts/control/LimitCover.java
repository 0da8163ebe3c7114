package dev.millrace.contracts.control;

import dev.millrace.contracts.budget.BudgetLimit;
import dev.millrace.contracts.budget.BudgetState;
import dev.millrace.contracts.control.ControlState.Budgets;
import dev.millrace.contracts.header.JobCostLimit;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.PayingBudgets;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Whether limits in control cover the next call of a job, whenever they were set; see {@code
 * docs/decisions/031-new-limits.md}. The owner of an account publishes the limit under which it
 * lends before it lends, and publishes all lent money as reserved while that exceeds the limit.
 */
public enum LimitCover {
    /** All limits cover it. */
    COVERED,
    /** A limit is not in effect yet. */
    UNKNOWN,
    /** No money is reserved under a limit, or more than it allows. */
    MISSING;

    /** Returns the cover of a job. */
    public static LimitCover of(Budgets known, JobHeaders job, Instant now) {
        JobCostLimit cost = job.costLimit();
        if (known.limits().isEmpty() || (cost != null && !needsMoney(cost, job.position()))) {
            return COVERED;
        }
        PayingBudgets paying = cost == null ? PayingBudgets.NONE : cost.reserved().budgets();
        String key = cost == null ? null : cost.apiKey();
        var ofTenant = new ControlKey.TenantLimit(job.tenant());
        var ofBatch = new ControlKey.BatchLimit(job.tenant(), job.batch());
        var batch = new ControlKey.BatchBudget(job.tenant(), job.batch());
        return Collections.max(
                List.of(
                        of(known, ofTenant, paying.tenant(), current(known, job.tenant(), now)),
                        of(known, ofBatch, paying.batch(), state(known, batch)),
                        key == null ? COVERED : ofKey(known, job.tenant(), key, paying.key())));
    }

    /** A job that was refused money cannot get any, and a call that costs nothing needs none. */
    private static boolean needsMoney(JobCostLimit cost, int position) {
        return cost.reserved().refusal() == null && cost.attemptUsd().get(position).signum() > 0;
    }

    private static LimitCover ofKey(Budgets known, String tenant, String key, boolean isPaying) {
        var budget = new ControlKey.KeyBudget(tenant, key);
        return of(known, new ControlKey.KeyLimit(tenant, key), isPaying, state(known, budget));
    }

    private static Stream<BudgetState> state(Budgets known, ControlKey.Budget id) {
        return Stream.ofNullable(known.states().get(id));
    }

    /** Returns the current states of a tenant's budget; between two periods, all earlier ones. */
    private static Stream<BudgetState> current(Budgets known, String tenant, Instant now) {
        var all = known.ofTenant(tenant).stream().flatMap(it -> state(known, it)).toList();
        var current =
                all.stream()
                        .filter(it -> it.periodEnd().filter(end -> !now.isBefore(end)).isEmpty())
                        .toList();
        return (current.isEmpty() ? all : current).stream();
    }

    private static LimitCover of(
            Budgets known, ControlKey.Limit key, boolean isPaying, Stream<BudgetState> states) {
        BudgetLimit limit = known.limits().get(key);
        if (limit == null) {
            return COVERED;
        }
        return isPaying
                ? states.map(it -> of(limit.limitUsd(), it))
                        .max(Comparator.naturalOrder())
                        .orElse(MISSING)
                : MISSING;
    }

    private static LimitCover of(BigDecimal limit, BudgetState state) {
        if (state.limitUsd().compareTo(limit) > 0) {
            return UNKNOWN;
        }
        return state.spentUsd().add(state.reservedUsd()).compareTo(limit) > 0 ? MISSING : COVERED;
    }
}
