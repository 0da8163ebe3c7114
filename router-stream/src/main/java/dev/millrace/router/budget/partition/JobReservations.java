package dev.millrace.router.budget.partition;

import dev.millrace.contracts.budget.OnExhausted;
import dev.millrace.contracts.control.ControlKey.BatchBudget;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.router.budget.Account;
import dev.millrace.router.budget.LeaseGrant;
import dev.millrace.router.budget.partition.BudgetStore.Reserved;
import dev.millrace.router.message.RoutingMessage.Rejection;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reserves money for jobs in all their accounts, and settles it by their cost events. */
final class JobReservations {
    private static final Logger LOG = LoggerFactory.getLogger(JobReservations.class);

    /** More than any job needs. */
    private static final BigDecimal UNLIMITED = BigDecimal.valueOf(Long.MAX_VALUE);

    /** Every partition asks the accounts of a job in this order. */
    private static final Comparator<Account> ORDER = Comparator.comparing(it -> it.id().account());

    private final BudgetStore store;
    private final BudgetServices services;
    private final BudgetOutputs outputs;
    private final PartitionLeases shares;

    JobReservations(
            BudgetStore store,
            BudgetServices services,
            BudgetOutputs outputs,
            PartitionLeases shares) {
        this.store = store;
        this.services = services;
        this.outputs = outputs;
        this.shares = shares;
    }

    /** A share that pays a job, and its account. */
    record FundingShare(Account account, ActiveLease share) {
        String id() {
            return share.stored().account();
        }
    }

    /**
     * Returns the shares that pay a job, of up to three accounts, in a fixed order; empty for none.
     */
    List<FundingShare> fundingShares(
            String tenant,
            String batch,
            @Nullable String apiKey,
            @Nullable BigDecimal declaredLimit) {
        return services
                .accounts()
                .get()
                .of(tenant, batch, apiKey, declaredLimit, services.now())
                .stream()
                .sorted(ORDER)
                .map(it -> new FundingShare(it, shares.open(it, declaredLimit)))
                .toList();
    }

    /** Returns why a job can never be paid, and counts it as rejected; empty for most jobs. */
    Optional<Rejection> rejectUnpayable(List<FundingShare> fundingShares, BigDecimal amount) {
        for (FundingShare funding : fundingShares) {
            Optional<Rejection> rejection = rejection(funding, amount);
            if (rejection.isPresent()) {
                funding.share().set(funding.share().stored().onRejected());
                return rejection;
            }
        }
        return Optional.empty();
    }

    /** Returns true if a job that needs the amount, or more, must be rejected. */
    static boolean rejects(List<FundingShare> fundingShares, BigDecimal amount) {
        return fundingShares.stream().anyMatch(it -> rejection(it, amount).isPresent());
    }

    private static Optional<Rejection> rejection(FundingShare funding, BigDecimal amount) {
        return isTooExpensive(funding, amount)
                ? Optional.of(
                        BudgetRejections.tooExpensive(funding.account(), limit(funding), amount))
                : spent(funding, amount);
    }

    /**
     * Returns true if a job exceeds the whole budget of its API key, or of its tenant in one
     * period. If parked, it would hold back all later jobs of the key, or of the tenant in every
     * period. A batch belongs to one person, who can raise its limit.
     */
    private static boolean isTooExpensive(FundingShare funding, BigDecimal amount) {
        return !(funding.account().id() instanceof BatchBudget)
                && amount.compareTo(limit(funding)) > 0;
    }

    /** Returns the higher one of the limits that this partition and the owner know. */
    private static BigDecimal limit(FundingShare funding) {
        LeaseGrant grant = funding.share().stored().grant();
        BigDecimal limit = funding.account().limit();
        return grant == null ? limit : limit.max(grant.limit());
    }

    private static Optional<Rejection> spent(FundingShare funding, BigDecimal amount) {
        StoredLease share = funding.share().stored();
        return funding.account().onExhausted() == OnExhausted.REJECT
                        && share.excludes(amount, funding.account().limit())
                ? Optional.of(
                        BudgetRejections.exhausted(
                                funding.account(),
                                share.spent(),
                                Objects.requireNonNull(share.grant()),
                                amount))
                : Optional.empty();
    }

    /**
     * Returns the highest amount that a job can get from its accounts, even if all running jobs
     * cost nothing. If it is too little, it stays so until a limit is raised or the next period
     * begins.
     */
    static BigDecimal left(List<FundingShare> fundingShares) {
        return fundingShares.stream()
                .map(it -> it.share().stored().left(it.account().limit()))
                .reduce(BigDecimal::min)
                .orElse(UNLIMITED);
    }

    /** Reserves an amount in all accounts, each of which must cover it. */
    void reserve(JobId job, List<FundingShare> fundingShares, BigDecimal amount) {
        long now = services.clock().millis();
        // A lost job can arrive again before the sweep has found its reservation.
        store.reservation(job).ifPresent(it -> onLost(new Reserved(job, it)));
        fundingShares.forEach(it -> it.share().reserve(amount, now));
        store.put(
                job,
                new Reservation(
                        fundingShares.stream().map(FundingShare::id).toList(), amount, now));
    }

    /** Charges a cost event, and returns true if this changed a share. */
    boolean settle(CostEvent event) {
        Reservation reservation = store.reservation(event.jobId()).orElse(null);
        if (reservation == null) {
            return false;
        }
        boolean isCharged = event.kind() == CostKind.BILLED || event.kind() == CostKind.UNCERTAIN;
        BigDecimal cost = isCharged ? event.costUsd() : BigDecimal.ZERO;
        settle(event.jobId(), reservation, cost, event.isFinal());
        return true;
    }

    private void settle(JobId job, Reservation reservation, BigDecimal cost, boolean isFinal) {
        Reservation after = reservation.charge(cost);
        for (String account : reservation.accounts()) {
            ActiveLease share = shares.find(account);
            if (share == null) {
                // A job with a spent reservation can cost more, or end, days later.
                share = shares.reopen(account);
            }
            share.charge(cost, reservation.leftUsd());
            if (isFinal) {
                share.unreserve(after.leftUsd());
            }
        }
        if (isFinal) {
            store.deleteReservation(job);
        } else {
            store.put(job, after);
        }
    }

    /**
     * Charges the reservations of lost jobs in full, since their calls were possibly billed. Visits
     * all reservations after each change of the bound.
     */
    boolean sweep() {
        List<Reserved> lost = store.reservedBefore(services.lostBefore().getAsLong());
        lost.forEach(this::onLost);
        return !lost.isEmpty();
    }

    private void onLost(Reserved lost) {
        BigDecimal left = lost.reservation().leftUsd();
        settle(lost.job(), lost.reservation(), left, true);
        LOG.atWarn()
                .addKeyValue("job", lost.job())
                .addKeyValue("accounts", lost.reservation().accounts())
                .addKeyValue("charged_usd", left)
                .log("A job with reserved money is lost; what was left is charged to its budgets");
        outputs.onLost(lost.job(), left);
    }
}
