package dev.millrace.router.budget.partition;

import dev.millrace.contracts.control.ControlKey.BatchBudget;
import dev.millrace.contracts.control.ControlKey.KeyBudget;
import dev.millrace.contracts.control.ControlKey.TenantBudget;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.money.Usd;
import dev.millrace.router.budget.Account;
import dev.millrace.router.budget.LeaseGrant;
import dev.millrace.router.message.RoutingMessage.Rejection;
import java.math.BigDecimal;

/** Words the rejections of jobs that a budget does not pay. */
final class BudgetRejections {
    private BudgetRejections() {}

    /**
     * Returns the rejection of a job that exceeds the whole budget, of one period if it has
     * periods.
     *
     * @param amount highest cost of the job
     */
    static Rejection tooExpensive(Account account, BigDecimal limit, BigDecimal amount) {
        return new Rejection(
                ErrorCode.BUDGET_EXCEEDED,
                "the job may cost up to "
                        + Usd.text(amount)
                        + " USD, more than the whole budget of the "
                        + owner(account)
                        + ", "
                        + Usd.text(limit)
                        + " USD: give the job a lower output limit, or raise the budget",
                null);
    }

    /**
     * Returns the rejection of a job that the rest of a budget does not cover.
     *
     * @param spent amount that the account has spent, as far as is known
     * @param grant the last grant of the account's owner
     */
    static Rejection exhausted(
            Account account, BigDecimal spent, LeaseGrant grant, BigDecimal amount) {
        String end =
                account.periodEnd() == null
                        ? ""
                        : "; the next period begins at " + account.periodEnd();
        return new Rejection(
                ErrorCode.BUDGET_EXCEEDED,
                "the job may cost up to "
                        + Usd.text(amount)
                        + " USD, more than the budget of the "
                        + owner(account)
                        + " has left: "
                        + Usd.text(spent)
                        + " of "
                        + Usd.text(account.limit().max(grant.limit()))
                        + " USD are spent and "
                        + Usd.text(grant.reserved())
                        + " reserved"
                        + end,
                null);
    }

    /**
     * Returns the rejection of a called job that its budgets do not cover now, and that must not
     * wait for later.
     *
     * @param amount highest cost of another attempt
     */
    static Rejection notCovered(BigDecimal amount) {
        return new Rejection(
                ErrorCode.BUDGET_EXCEEDED,
                "another attempt may cost up to "
                        + Usd.text(amount)
                        + " USD, more than its budgets can reserve now; a job does not wait long for"
                        + " money if identical jobs can wait for its answer",
                null);
    }

    private static String owner(Account account) {
        return switch (account.id()) {
            case TenantBudget(String tenant, _, _) -> "tenant " + tenant;
            case BatchBudget(_, String batch) -> "batch " + batch;
            case KeyBudget(_, String key) -> "API key " + key;
        };
    }
}
