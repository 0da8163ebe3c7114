package dev.millrace.router.budget;

import dev.millrace.router.entry.EntryReader;
import dev.millrace.router.entry.EntryWriter;
import java.math.BigDecimal;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An account owner's knowledge of one partition. Immutable.
 *
 * <p>A partition deletes a lease that it has not used for long, and opens another one when it needs
 * money again. The owner remembers the amounts spent from deleted leases.
 *
 * @param report last report of the partition
 * @param lent total lent to the partition's current lease
 * @param closedSpent total that deleted leases of the partition have spent
 * @param closedRejected total of jobs that the partition rejected before it opened its lease
 */
public record PartitionLease(
        LeaseReport report, BigDecimal lent, BigDecimal closedSpent, long closedRejected) {
    /** Returns the lease that follows from the first known report of a partition. */
    static PartitionLease first(LeaseReport report) {
        return new PartitionLease(report, report.balance().lent(), BigDecimal.ZERO, 0);
    }

    /** Applies a report that is newer than the last one. */
    PartitionLease onReport(LeaseReport latest) {
        LeaseReport next = latest.answering(report.since());
        if (next.openedMillis() == report.openedMillis()) {
            // The first report that a new owner reads can be an old one.
            return new PartitionLease(
                    next, lent.max(next.balance().lent()), closedSpent, closedRejected);
        }
        // A partition deletes a lease only after it has given back all unspent money.
        return new PartitionLease(
                next,
                next.balance().lent(),
                closedSpent.add(report.balance().spent().max(outstandingAsReported())),
                closedRejected + report.rejectedJobs());
    }

    private BigDecimal outstandingAsReported() {
        return report.balance().lent().subtract(report.balance().returned());
    }

    PartitionLease lend(BigDecimal amount) {
        return new PartitionLease(report, lent.add(amount), closedSpent, closedRejected);
    }

    /** Returns the place among the waiting partitions; null if the partition does not wait. */
    @Nullable WaitingPartition place() {
        Long since = report.demand().waitingSinceMillis();
        return since == null ? null : new WaitingPartition(since, report.partition());
    }

    /** Returns the amount that the partition's first waiting job lacks. */
    BigDecimal missing() {
        return place() == null
                ? BigDecimal.ZERO
                : report.demand().neededLent().subtract(lent).max(BigDecimal.ZERO);
    }

    /**
     * Returns the amount that is lent and not given back, or was spent from deleted leases. A job
     * that cost more than its reservation has taken money that was not lent.
     */
    BigDecimal outstanding() {
        LeaseBalance balance = report.balance();
        return closedSpent.add(
                lent.subtract(balance.returned()).max(balance.spent().add(balance.reserved())));
    }

    /**
     * Returns the amount that jobs have spent or reserved beyond the lent money. Lending it takes
     * no free money, because it is already outstanding.
     */
    BigDecimal overspent() {
        BigDecimal lentToCurrent = lent.subtract(report.balance().returned());
        return outstanding().subtract(closedSpent).subtract(lentToCurrent);
    }

    BigDecimal spent() {
        return closedSpent.add(report.balance().spent());
    }

    long rejectedJobs() {
        return closedRejected + report.rejectedJobs();
    }

    /** Returns true if the partition knows all that is lent to it, and has no use for money. */
    boolean isSettled() {
        return lent.compareTo(report.balance().lent()) == 0
                && outstanding().compareTo(spent()) <= 0
                && report.balance().reserved().signum() == 0
                && report.demand().waitingJobs() == 0
                && place() == null;
    }

    /** Writes the lease as a part of an entry. */
    public void writeTo(EntryWriter out) {
        out.amount(lent).amount(closedSpent).number(closedRejected).bytes(report.toBytes());
    }

    /** Reads what {@link #writeTo} wrote. */
    public static PartitionLease read(EntryReader in) {
        BigDecimal lent = in.amount();
        BigDecimal closedSpent = in.amount();
        long closedRejected = in.number();
        byte[] report = Objects.requireNonNull(in.bytes());
        return new PartitionLease(
                LeaseReport.of(report).orElseThrow(), lent, closedSpent, closedRejected);
    }
}
