package dev.millrace.standalone.status;

import dev.millrace.contracts.budget.BudgetLimit;
import dev.millrace.contracts.budget.BudgetState;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.money.Usd;
import dev.millrace.standalone.console.WholeSeconds;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;

/** Formats budgets as human-readable text. */
public final class BudgetText {
    private BudgetText() {}

    /** Returns a line for each budget and for each limit that was set. */
    public static List<String> lines(
            List<BudgetStatus> budgets, SortedMap<ControlKey.Limit, BudgetLimit> limits) {
        List<String> lines = new ArrayList<>();
        budgets.forEach(it -> lines.add(of(it)));
        limits.forEach((key, limit) -> lines.add(of(key, limit)));
        return lines.isEmpty() ? List.of("no budgets are in use") : lines;
    }

    /** Returns one line with the numbers of a budget. */
    public static String of(BudgetStatus budget) {
        BudgetState state = budget.state();
        return "budget of "
                + owner(budget.key())
                + ": "
                + amounts(state)
                + jobs(state.waitingJobs(), " for money", "waits", "wait")
                + state.waiting()
                        .neededUsd()
                        .map(it -> ", the next one needs " + Usd.text(it) + " USD")
                        .orElse("")
                + unaffordable(state.waiting().unaffordableJobs())
                + jobs(state.rejectedJobs(), "", "was rejected", "were rejected")
                + threshold(state)
                + state.periodEnd().map(it -> "; until " + WholeSeconds.of(it)).orElse("");
    }

    private static String threshold(BudgetState state) {
        if (state.isRestTooLittle()) {
            return "; used up: too little is left for another job";
        }
        return state.alertPercent() == 0 ? "" : "; " + state.reachedPercent() + " % reached";
    }

    /** Returns the amounts of a budget, such as {@code 0.9 of 1 USD spent, 0.05 reserved}. */
    public static String amounts(BudgetState state) {
        return Usd.text(state.spentUsd())
                + " of "
                + Usd.text(state.limitUsd())
                + " USD spent"
                + exceeded(state.exceededUsd())
                + ", "
                + Usd.text(state.reservedUsd())
                + " reserved";
    }

    /** Returns by how much a limit is exceeded, as part of a sentence; empty if it is not. */
    public static String exceeded(BigDecimal usd) {
        return usd.signum() == 0 ? "" : " (" + Usd.text(usd) + " above the limit)";
    }

    /** Returns how many jobs need more than is left, as part of a sentence; empty for none. */
    public static String unaffordable(long jobs) {
        return jobs(jobs, " more than is left", "needs", "need");
    }

    private static String jobs(long count, String suffix, String one, String several) {
        return count == 0
                ? ""
                : String.format(
                        Locale.ROOT,
                        "; %,d %s%s",
                        count,
                        count == 1 ? "job " + one : "jobs " + several,
                        suffix);
    }

    /** Returns one line with the amount, time and author of a limit that was set. */
    public static String of(ControlKey.Limit key, BudgetLimit limit) {
        return "limit of "
                + owner(key)
                + ": "
                + Usd.text(limit.limitUsd())
                + " USD, "
                + WholeSeconds.of(limit.at())
                + " by "
                + limit.by();
    }

    /** Describes the owner of a budget, such as {@code tenant acme}. */
    public static String owner(ControlKey.Limit key) {
        return switch (key) {
            case ControlKey.TenantLimit(String tenant) -> tenant(tenant);
            case ControlKey.BatchLimit(String tenant, String batch) -> batch(tenant, batch);
            case ControlKey.KeyLimit(String tenant, String id) -> key(tenant, id);
        };
    }

    /** Describes the owner of a budget, such as {@code batch tickets.jsonl of default}. */
    public static String owner(ControlKey.Budget key) {
        return switch (key) {
            case ControlKey.TenantBudget(String tenant, var _, var _) -> tenant(tenant);
            case ControlKey.BatchBudget(String tenant, String batch) -> batch(tenant, batch);
            case ControlKey.KeyBudget(String tenant, String id) -> key(tenant, id);
        };
    }

    private static String tenant(String tenant) {
        return "tenant " + tenant;
    }

    private static String key(String tenant, String id) {
        return "key " + id + " of " + tenant;
    }

    private static String batch(String tenant, String batch) {
        return "batch " + batch + " of " + tenant;
    }
}
