package dev.millrace.standalone.forecast;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.gateway.estimate.CostForecast.BudgetLeft;
import dev.millrace.gateway.submission.Submission;
import dev.millrace.router.budget.BudgetAccounts.Account;
import dev.millrace.router.budget.BudgetSnapshot;
import java.time.Instant;
import java.util.Optional;

/** Finds the budgets that pay a batch by the rules of the router. Thread-safe. */
final class BudgetsInControl implements BatchBudgets {
    private final MillraceConfig config;

    BudgetsInControl(MillraceConfig config) {
        this.config = config;
    }

    @Override
    public Left of(Submission batch, ControlState control, Instant now) {
        var snapshot = BudgetSnapshot.of(control, config);
        return new Left(
                snapshot
                        .accounts()
                        .of(
                                batch.tenant(),
                                batch.id(),
                                batch.apiKey().orElse(null),
                                batch.maxCostUsd().orElse(null),
                                now)
                        .stream()
                        .map(it -> left(it, snapshot))
                        .toList(),
                snapshot.budgetLeft(batch.tenant(), now));
    }

    private static BudgetLeft left(Account account, BudgetSnapshot snapshot) {
        String of =
                switch (account.id()) {
                    case ControlKey.TenantBudget _ -> "tenant";
                    case ControlKey.BatchBudget _ -> "batch";
                    case ControlKey.KeyBudget _ -> "key";
                };
        return new BudgetLeft(
                of,
                account.limit(),
                snapshot.left(account),
                Optional.ofNullable(account.periodEnd()));
    }
}
