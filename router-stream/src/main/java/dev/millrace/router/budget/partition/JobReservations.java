package dev.millrace.router.budget.partition;

import dev.millrace.contracts.budget.OnExhausted;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlKey.BatchBudget;
import dev.millrace.contracts.header.JobCostLimit;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.router.budget.Account;
import dev.millrace.router.budget.LeaseGrant;
import dev.millrace.router.budget.partition.BudgetStore.Reserved;
import dev.millrace.router.message.RoutingMessage.Rejection;
import dev.millrace.router.waiting.PlannedRecord;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
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
    private final PartitionLeases leases;

    JobReservations(
            BudgetStore store,
            BudgetServices services,
            BudgetOutputs outputs,
            PartitionLeases leases) {
        this.store = store;
        this.services = services;
        this.outputs = outputs;
        this.leases = leases;
    }

    /** A lease that pays a job, and its account. */
    record FundingLease(Account account, ActiveLease lease) {
        String id() {
            return lease.stored().account();
        }
    }

    /** Returns the ids of the accounts that pay a job. */
    static List<String> ids(List<FundingLease> fundingLeases) {
        return fundingLeases.stream().map(FundingLease::id).toList();
    }

    /**
     * Returns the leases that pay a job, of up to three accounts, in a fixed order; empty for none.
     */
    List<FundingLease> fundingLeases(
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
                .map(it -> new FundingLease(it, leases.open(it, declaredLimit)))
                .toList();
    }

    /**
     * Returns why a job can never be paid, and counts it as rejected; empty for most jobs.
     *
     * @param isShared true if identical jobs may wait for its answer, so that it cannot wait until
     *     a limit is raised or the next period begins
     */
    Optional<Rejection> rejectUnpayable(
            List<FundingLease> fundingLeases, BigDecimal amount, boolean isShared) {
        for (FundingLease funding : fundingLeases) {
            Optional<Rejection> rejection = rejection(funding, amount);
            if (rejection.isPresent()) {
                funding.lease().set(funding.lease().stored().onRejected());
                return rejection;
            }
        }
        return isShared && left(fundingLeases).compareTo(amount) < 0
                ? Optional.of(BudgetRejections.notCovered(amount))
                : Optional.empty();
    }

    /** Returns true if a job that needs the amount, or more, must be rejected. */
    static boolean rejects(List<FundingLease> fundingLeases, BigDecimal amount) {
        return fundingLeases.stream().anyMatch(it -> rejection(it, amount).isPresent());
    }

    private static Optional<Rejection> rejection(FundingLease funding, BigDecimal amount) {
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
    private static boolean isTooExpensive(FundingLease funding, BigDecimal amount) {
        return !(funding.account().id() instanceof BatchBudget)
                && amount.compareTo(limit(funding)) > 0;
    }

    /** Returns the higher one of the limits that this partition and the owner know. */
    private static BigDecimal limit(FundingLease funding) {
        LeaseGrant grant = funding.lease().stored().grant();
        BigDecimal limit = funding.account().limit();
        return grant == null ? limit : limit.max(grant.limit());
    }

    private static Optional<Rejection> spent(FundingLease funding, BigDecimal amount) {
        StoredLease lease = funding.lease().stored();
        return funding.account().onExhausted() == OnExhausted.REJECT
                        && lease.excludes(amount, funding.account().limit())
                ? Optional.of(
                        BudgetRejections.exhausted(
                                funding.account(),
                                lease.spent(),
                                Objects.requireNonNull(lease.grant()),
                                amount))
                : Optional.empty();
    }

    /**
     * Returns the highest amount that a job can get from its accounts, even if all running jobs
     * cost nothing. If it is too little, it stays so until a limit is raised or the next period
     * begins.
     */
    static BigDecimal left(List<FundingLease> fundingLeases) {
        return fundingLeases.stream()
                .map(it -> it.lease().stored().left(it.account().limit()))
                .reduce(BigDecimal::min)
                .orElse(UNLIMITED);
    }

    /**
     * Records that a job has returned for another attempt. It gives back what it has not spent, so
     * that jobs that wait never keep money from each other.
     *
     * @return the job with the limit that its batch has declared; with a refusal if it was taken
     *     for lost; empty if this return was read before, since the router's offsets were lost
     */
    Optional<PlannedRecord> onReturned(PlannedRecord job) {
        JobId id = job.job().identity().jobId();
        int attempts = job.job().headers().attempts();
        JobCostLimit limit = job.costLimit();
        long now = services.clock().millis();
        Reservation before = store.reservation(id).orElse(null);
        if (before != null && limit.reserved().returns() <= before.returns()) {
            return Optional.empty();
        }
        if (before == null || before.isSettled()) {
            return Optional.of(job)
                    .filter(_ -> !services.ended().test(id))
                    .map(it -> onUnknownReturn(it, now));
        }
        Reservation after =
                before.onReturned(limit.spentUsd(), attempts, limit.reserved().returns(), now);
        BigDecimal returned = before.leftUsd().subtract(after.leftUsd());
        unreserve(before, returned);
        store.put(id, after);
        return Optional.of(
                job.withBatchLimit(declaredLimit(after))
                        .withCostLimit(limit.reserve(limit.spentUsd(), attempts)));
    }

    /**
     * Records that a job has returned for which nothing is reserved. Refuses money to a job whose
     * reservation was charged in full because it was taken for lost.
     */
    private PlannedRecord onUnknownReturn(PlannedRecord job, long now) {
        var identity = job.job().identity();
        int attempts = job.job().headers().attempts();
        boolean isUnpaid = job.job().headers().hasReturnedUnpaid();
        JobCostLimit limit = job.costLimit();
        List<String> accounts =
                isUnpaid
                        ? counting(identity.tenant(), identity.batch())
                                .map(it -> it.id().account())
                                .toList()
                        : List.of();
        // If this return is read again, it is known.
        store.put(
                identity.jobId(),
                Reservation.first(accounts, BigDecimal.ZERO, null, now)
                        .onReturned(BigDecimal.ZERO, attempts, limit.reserved().returns(), now));
        return job.withCostLimit(
                isUnpaid
                        ? limit.reserve(limit.spentUsd(), attempts)
                        : limit.refuse(
                                "its reserved money was charged before it returned, because it was"
                                        + " taken for lost"));
    }

    private @Nullable BigDecimal declaredLimit(Reservation reservation) {
        return reservation.accounts().stream()
                .map(it -> leases.findOrReopen(it).stored().declaredLimit())
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(reservation.declaredLimit());
    }

    private static @Nullable BigDecimal declaredLimit(List<FundingLease> fundingLeases) {
        return fundingLeases.stream()
                .map(it -> it.lease().stored().declaredLimit())
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /**
     * Reserves an amount in all accounts, each of which must cover it.
     *
     * @param isReturned true for another attempt of a job that has returned
     */
    void reserve(
            JobId job, boolean isReturned, List<FundingLease> fundingLeases, BigDecimal amount) {
        long now = services.clock().millis();
        Reservation before = store.reservation(job).orElse(null);
        if (before != null && !isReturned) {
            // A lost job can arrive again before the sweep has found its reservation.
            onLost(new Reserved(job, before));
        }
        List<String> ids = ids(fundingLeases);
        fundingLeases.forEach(it -> it.lease().reserve(amount, now));
        store.put(
                job,
                before == null || !isReturned
                        ? Reservation.first(ids, amount, declaredLimit(fundingLeases), now)
                        : before.again(ids, amount, now));
    }

    /** Charges a cost event, and returns true if this changed a lease. */
    boolean settle(CostEvent event) {
        Reservation reservation = store.reservation(event.jobId()).orElse(null);
        boolean isCharged = event.kind() == CostKind.BILLED || event.kind() == CostKind.UNCERTAIN;
        BigDecimal cost = isCharged ? event.costUsd() : BigDecimal.ZERO;
        if (reservation == null) {
            count(event, cost, List.of());
            return false;
        }
        Reservation paying = reservation.paying(event.attempt());
        if (!paying.isSettled()) {
            count(event, cost, paying.accounts());
        }
        charge(paying, cost);
        Reservation after = reservation.charge(event.attempt(), cost);
        if (event.isFinal()) {
            after.all().forEach(it -> unreserve(it, it.leftUsd()));
            store.deleteReservation(event.jobId());
        } else {
            store.put(event.jobId(), after);
        }
        return true;
    }

    /**
     * Counts a cost for the accounts of its tenant and batch that have reserved nothing for it.
     *
     * @param paying ids of the accounts that have
     */
    private void count(CostEvent event, BigDecimal cost, List<String> paying) {
        if (cost.signum() > 0) {
            counting(event.tenant(), event.batch())
                    .filter(it -> paying.stream().noneMatch(id -> isSameKind(it, id)))
                    .forEach(it -> leases.count(it, cost));
        }
    }

    private Stream<Account> counting(String tenant, String batch) {
        return services.accounts().get().counting(tenant, batch, services.now()).stream();
    }

    /** Returns true for accounts with one limit, also in different periods. */
    private static boolean isSameKind(Account account, String id) {
        return ControlKey.Budget.ofAccount(id)
                .filter(it -> it.limit().equals(account.id().limit()))
                .isPresent();
    }

    private void charge(Reservation reservation, BigDecimal cost) {
        reservation
                .accounts()
                .forEach(it -> leases.findOrReopen(it).charge(cost, reservation.leftUsd()));
    }

    private void unreserve(Reservation reservation, BigDecimal usd) {
        reservation.accounts().forEach(it -> leases.findOrReopen(it).unreserve(usd));
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
        if (lost.reservation().isSettled()) {
            store.deleteReservation(lost.job());
            return;
        }
        BigDecimal left =
                lost.reservation()
                        .all()
                        .map(Reservation::leftUsd)
                        .reduce(BigDecimal.ZERO, BigDecimal::add);
        lost.reservation().all().forEach(it -> charge(it, it.leftUsd()));
        // Its later cost events are charged already.
        store.put(lost.job(), lost.reservation().settled(services.clock().millis()));
        LOG.atWarn()
                .addKeyValue("job", lost.job())
                .addKeyValue("accounts", lost.reservation().accounts())
                .addKeyValue("charged_usd", left)
                .log("A job with reserved money is lost; what was left is charged to its budgets");
        outputs.onLost(lost.job(), left);
    }
}
