package dev.millrace.router.budget;

import dev.millrace.contracts.budget.OnExhausted;
import dev.millrace.contracts.control.ControlKey.BatchBudget;
import dev.millrace.contracts.control.ControlKey.KeyBudget;
import dev.millrace.contracts.control.ControlKey.TenantBudget;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.JobCostLimit;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.money.Usd;
import dev.millrace.router.budget.BudgetAccounts.Account;
import dev.millrace.router.budget.PartitionBudgets.Port;
import dev.millrace.router.budget.PartitionLeases.Claims;
import dev.millrace.router.budget.Reservation.Progress;
import dev.millrace.router.message.RoutingMessage.Rejection;
import dev.millrace.router.waiting.PlannedRecord;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decides how much a job needs and whether its accounts cover it, and reserves it in all. */
final class Reserve {
    /** More than any job needs. */
    private static final BigDecimal UNLIMITED = BigDecimal.valueOf(Long.MAX_VALUE);

    /** Every partition asks the accounts of a job in this order. */
    private static final Comparator<Account> ORDER = Comparator.comparing(it -> it.id().account());

    private final BudgetStore store;
    private final Port port;
    private final PartitionLeases leases;
    private final Settle settle;

    Reserve(BudgetStore store, Port port, PartitionLeases leases, Settle settle) {
        this.store = store;
        this.port = port;
        this.leases = leases;
        this.settle = settle;
    }

    /**
     * Returns the amount to reserve for the next attempt of a job, or for all calls of a split
     * document. The planner has computed the highest cost of an attempt ({@code
     * plan.WorstCaseCost}).
     *
     * @throws IllegalStateException if nothing limits its cost
     */
    static BigDecimal amount(PlannedRecord job) {
        JobCostLimit limit = job.costLimit();
        BigDecimal max = limit.maxUsd();
        return job.job().split() == null || max == null
                ? limit.neededUsd()
                : max.subtract(limit.reservedUsd());
    }

    /**
     * Reserves the amount in all accounts of a job, each of which must cover it.
     *
     * @return the job, which may spend the amount
     */
    PlannedRecord reserve(PlannedRecord job, List<Funding> fundings) {
        BigDecimal amount = amount(job);
        JobId id = job.job().identity().jobId();
        List<String> accounts = fundings.stream().map(Funding::id).toList();
        long now = port.clock().millis();
        Reservation before = store.reservation(id).orElse(null);
        if (before != null && !job.hasReturned()) {
            // A lost job can arrive again before the sweep has found its reservation.
            settle.onLost(id, before);
        }
        accounts.forEach(account -> leases.change(account, it -> it.reserve(amount, now)));
        store.put(
                id,
                before == null || !job.hasReturned()
                        ? Reservation.first(
                                accounts, amount, declaredLimit(fundings), new Progress(now, 0, 0))
                        : before.again(accounts, amount, now));
        JobCostLimit limit = job.costLimit();
        return job.withCostLimit(
                limit.reserve(limit.reservedUsd().add(amount), job.job().headers().attempts())
                        .by(accounts));
    }

    private static @Nullable BigDecimal declaredLimit(List<Funding> fundings) {
        return fundings.stream()
                .map(it -> it.lease().declaredLimit())
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /** An account that pays a job, and the lease of it. */
    record Funding(Account account, Lease lease) {
        String id() {
            return lease.account();
        }

        private BigDecimal limit() {
            return lease.limit(account.limit());
        }

        private BigDecimal left() {
            return lease.left(account.limit());
        }
    }

    /** Returns what pays a job, up to three accounts in a fixed order; empty for none. */
    List<Funding> fundings(
            String tenant,
            String batch,
            @Nullable String apiKey,
            @Nullable BigDecimal declaredLimit) {
        return port
                .accounts()
                .of(tenant, batch, apiKey, declaredLimit, port.clock().instant())
                .stream()
                .sorted(ORDER)
                .map(it -> new Funding(it, leases.open(it, declaredLimit)))
                .toList();
    }

    /**
     * Returns the first account that does not cover the amount, or whose money an earlier job waits
     * for; null if there is none.
     */
    static @Nullable Funding unpaid(List<Funding> fundings, BigDecimal amount, Claims claims) {
        return fundings.stream()
                .filter(it -> claims.of(it.id()).first() != null || !it.lease().covers(amount))
                .findFirst()
                .orElse(null);
    }

    /**
     * Returns the highest amount that a job can get from its accounts, even if all running jobs
     * cost nothing. If it is too little, it stays so until a limit is raised or the next period
     * begins.
     */
    static BigDecimal left(List<Funding> fundings) {
        return fundings.stream().map(Funding::left).reduce(BigDecimal::min).orElse(UNLIMITED);
    }

    /**
     * Returns why a job can never be paid, and counts it as rejected; empty for most jobs.
     *
     * @param isShared true if identical jobs may wait for its answer, so that it cannot wait until
     *     a limit is raised or the next period begins
     */
    Optional<Rejection> reject(List<Funding> fundings, BigDecimal amount, boolean isShared) {
        for (Funding funding : fundings) {
            Optional<Rejection> rejection = rejection(funding, amount);
            if (rejection.isPresent()) {
                leases.change(funding.id(), Lease::onRejected);
                return rejection;
            }
        }
        return isShared && left(fundings).compareTo(amount) < 0
                ? Optional.of(notCovered(amount))
                : Optional.empty();
    }

    /** Returns true if a job that needs the amount, or more, must be rejected. */
    static boolean rejects(List<Funding> fundings, BigDecimal amount) {
        return fundings.stream().anyMatch(it -> rejection(it, amount).isPresent());
    }

    private static Optional<Rejection> rejection(Funding funding, BigDecimal amount) {
        Account account = funding.account();
        // If parked, the job would hold back all later jobs of the key, or of the tenant in every
        // period. A batch belongs to one person, who can raise its limit.
        if (!(account.id() instanceof BatchBudget) && amount.compareTo(funding.limit()) > 0) {
            return Optional.of(tooExpensive(funding, amount));
        }
        LeaseGrant grant = funding.lease().grant();
        return grant != null
                        && account.onExhausted() == OnExhausted.REJECT
                        && funding.left().compareTo(amount) < 0
                ? Optional.of(exhausted(funding, grant, amount))
                : Optional.empty();
    }

    private static Rejection tooExpensive(Funding funding, BigDecimal amount) {
        return exceeded(
                "the job may cost up to %s USD, more than the whole budget of the %s, %s USD: give the job a lower output limit, or raise the budget"
                        .formatted(
                                Usd.text(amount),
                                owner(funding.account()),
                                Usd.text(funding.limit())));
    }

    private static Rejection exhausted(Funding funding, LeaseGrant grant, BigDecimal amount) {
        Account account = funding.account();
        String end =
                account.periodEnd() == null
                        ? ""
                        : "; the next period begins at " + account.periodEnd();
        return exceeded(
                "the job may cost up to %s USD, more than the budget of the %s has left: %s of %s USD are spent and %s reserved%s"
                        .formatted(
                                Usd.text(amount),
                                owner(account),
                                Usd.text(funding.lease().spent()),
                                Usd.text(funding.limit()),
                                Usd.text(grant.reserved()),
                                end));
    }

    /**
     * Returns the rejection of a called job that its budgets do not cover now, and that must not
     * wait for later.
     */
    static Rejection notCovered(BigDecimal amount) {
        return exceeded(
                "another attempt may cost up to %s USD, more than its budgets can reserve now; a job does not wait long for money if identical jobs can wait for its answer"
                        .formatted(Usd.text(amount)));
    }

    private static Rejection exceeded(String message) {
        return new Rejection(ErrorCode.BUDGET_EXCEEDED, message, null);
    }

    private static String owner(Account account) {
        return switch (account.id()) {
            case TenantBudget(String tenant, _, _) -> "tenant " + tenant;
            case BatchBudget(_, String batch) -> "batch " + batch;
            case KeyBudget(_, String key) -> "API key " + key;
        };
    }
}
