package dev.millrace.router.budget;

import dev.millrace.contracts.header.JobCostLimit;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.router.budget.BudgetAccounts.Account;
import dev.millrace.router.budget.BudgetStore.Reserved;
import dev.millrace.router.budget.PartitionBudgets.Port;
import dev.millrace.router.budget.Reservation.Progress;
import dev.millrace.router.waiting.PlannedRecord;
import java.math.BigDecimal;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settles reservations. A cost event, the return of a job and the loss of a job each turn reserved
 * money into spent and free money, by {@link #settle}.
 */
final class Settle {
    private static final Logger LOG = LoggerFactory.getLogger(Settle.class);

    private final BudgetStore store;
    private final Port port;
    private final PartitionLeases leases;

    Settle(BudgetStore store, Port port, PartitionLeases leases) {
        this.store = store;
        this.port = port;
        this.leases = leases;
    }

    /**
     * Settles money of a reservation in each of its accounts.
     *
     * @param cost amount that is spent, possibly more than was still reserved
     * @param freed rest of the reservation, which can be reserved again
     */
    private void settle(Reservation reservation, BigDecimal cost, BigDecimal freed) {
        for (String account : reservation.accounts()) {
            leases.change(account, it -> it.settle(cost, reservation.leftUsd()).unreserve(freed));
        }
    }

    /** Charges a cost event, and returns true if this changed a reservation. */
    boolean onCost(CostEvent event) {
        Reservation before = store.reservation(event.jobId()).orElse(null);
        boolean isCharged = event.kind() == CostKind.BILLED || event.kind() == CostKind.UNCERTAIN;
        BigDecimal cost = isCharged ? event.costUsd() : BigDecimal.ZERO;
        if (before == null) {
            count(event, cost, List.of());
            return false;
        }
        Reservation paying = before.paying(event.attempt());
        if (!paying.isSettled()) {
            count(event, cost, paying.accounts());
        }
        settle(paying, cost, BigDecimal.ZERO);
        Reservation after = before.charge(event.attempt(), cost);
        if (event.isFinal()) {
            after.all().forEach(it -> settle(it, BigDecimal.ZERO, it.leftUsd()));
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
                    .filter(it -> paying.stream().noneMatch(it::hasLimitOf))
                    .forEach(it -> leases.count(it, cost));
        }
    }

    private Stream<Account> counting(String tenant, String batch) {
        return port.accounts().counting(tenant, batch, port.clock().instant()).stream();
    }

    /**
     * Settles a job that has returned for another attempt. It gives back what it has not spent, so
     * that jobs that wait never keep money from each other.
     *
     * @return the job with the limit that its batch has declared; with a refusal if it was taken
     *     for lost; empty if this return was read before, since the router's offsets were lost
     */
    Optional<PlannedRecord> onReturned(PlannedRecord job) {
        JobId id = job.job().identity().jobId();
        JobCostLimit limit = job.costLimit();
        int attempts = job.job().headers().attempts();
        var progress = new Progress(port.clock().millis(), attempts, limit.reserved().returns());
        Reservation before = store.reservation(id).orElse(null);
        if (before != null && progress.returns() <= before.progress().returns()) {
            return Optional.empty();
        }
        if (before == null || before.isSettled()) {
            return port.hasEnded(id)
                    ? Optional.empty()
                    : Optional.of(onUnknownReturn(job, progress));
        }
        Reservation after = before.onReturned(limit.spentUsd(), progress);
        settle(before, BigDecimal.ZERO, before.leftUsd().subtract(after.leftUsd()));
        store.put(id, after);
        return Optional.of(
                job.withBatchLimit(declaredLimit(after))
                        .withCostLimit(limit.reserve(limit.spentUsd(), attempts)));
    }

    /**
     * Records that a job has returned for which nothing is reserved. Refuses money to a job whose
     * reservation was charged in full because it was taken for lost.
     */
    private PlannedRecord onUnknownReturn(PlannedRecord job, Progress progress) {
        var identity = job.job().identity();
        boolean isUnpaid = job.job().headers().hasReturnedUnpaid();
        JobCostLimit limit = job.costLimit();
        List<String> accounts =
                isUnpaid
                        ? counting(identity.tenant(), identity.batch())
                                .map(it -> it.id().account())
                                .toList()
                        : List.of();
        // If this return is read again, it is known.
        store.put(identity.jobId(), Reservation.first(accounts, BigDecimal.ZERO, null, progress));
        return job.withCostLimit(
                isUnpaid
                        ? limit.reserve(limit.spentUsd(), progress.attempts())
                        : limit.refuse(
                                "its reserved money was charged before it returned, because it was"
                                        + " taken for lost"));
    }

    private @Nullable BigDecimal declaredLimit(Reservation reservation) {
        return reservation.accounts().stream()
                .map(leases::find)
                .filter(Objects::nonNull)
                .map(Lease::declaredLimit)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(reservation.declaredLimit());
    }

    /**
     * Charges the reservations of lost jobs in full, since their calls were possibly billed. Visits
     * all reservations after each change of the bound.
     */
    boolean sweep() {
        List<Reserved> lost = store.reservedBefore(port.lostBefore());
        lost.forEach(it -> onLost(it.job(), it.reservation()));
        return !lost.isEmpty();
    }

    /** Charges the reservation of a lost job in full. */
    void onLost(JobId job, Reservation lost) {
        if (lost.isSettled()) {
            store.deleteReservation(job);
            return;
        }
        lost.all().forEach(it -> settle(it, it.leftUsd(), BigDecimal.ZERO));
        // Its later cost events are charged already.
        store.put(job, lost.settled(port.clock().millis()));
        LOG.atWarn()
                .addKeyValue("job", job)
                .addKeyValue("accounts", lost.accounts())
                .addKeyValue("charged_usd", lost.allLeftUsd())
                .log("A job with reserved money is lost; what was left is charged to its budgets");
        port.onLost(job, lost.allLeftUsd());
    }
}
