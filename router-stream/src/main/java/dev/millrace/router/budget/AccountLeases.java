package dev.millrace.router.budget;

import dev.millrace.router.budget.LeaseGrant.WaitingPartition;
import dev.millrace.router.budget.LeaseReport.Balance;
import dev.millrace.router.budget.LeaseReport.Unaffordable;
import dev.millrace.router.entry.EntryReader;
import dev.millrace.router.entry.EntryWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Lends the money of one account to partitions, never more than the limit in total.
 *
 * <p>While money is plentiful, a partition gets more than it needs, so that it seldom asks.
 * Otherwise money is scarce: partitions give back money that they do not need, and get exactly what
 * they need, in the order in which they began to wait.
 */
final class AccountLeases {
    /** Beyond its need, a partition gets at most this fraction of the free money. */
    private static final BigDecimal ADVANCE = new BigDecimal("0.0625");

    /**
     * Decimals of an advance; without a bound, each advance would have more decimals than the last.
     */
    private static final int ADVANCE_SCALE = 6;

    private final SortedMap<Integer, Borrower> leases = new TreeMap<>();
    private BigDecimal limit;

    AccountLeases(BigDecimal limit) {
        this.limit = limit;
    }

    /** Changes the limit. Money that is lent already stays lent. */
    void onLimit(BigDecimal newLimit) {
        limit = newLimit;
    }

    /**
     * Applies a report; a report older than the last one changes nothing. The lent total in a
     * partition's first report is taken as the amount lent to it.
     *
     * @return true if the report is new
     */
    boolean onReport(LeaseReport report) {
        Borrower known = leases.get(report.partition());
        if (known != null && !report.isAfter(known.report())) {
            return false;
        }
        leases.put(
                report.partition(),
                known == null ? Borrower.first(report) : known.onReport(report));
        return true;
    }

    /** Restores the stored lease of a partition. */
    void restore(Borrower lease) {
        leases.put(lease.report().partition(), lease);
    }

    /**
     * Lends money to partitions that need it, in the order in which they began to wait. Lends in
     * advance too if no partition has to wait.
     */
    void lend() {
        for (WaitingPartition place : waiting()) {
            Borrower lease = lease(place.partition());
            Borrower served = lease.lend(lease.missing());
            if (free().compareTo(served.outstanding().subtract(lease.outstanding())) < 0) {
                // Later partitions wait too: otherwise small jobs would starve a large one.
                return;
            }
            leases.put(place.partition(), served);
        }
        leases.replaceAll((_, lease) -> lease.lend(advance(lease)));
    }

    private BigDecimal advance(Borrower lease) {
        return lease.report()
                .demand()
                .wantedLent()
                .subtract(lease.lent())
                .min(
                        free().multiply(ADVANCE)
                                .setScale(ADVANCE_SCALE, RoundingMode.DOWN)
                                .add(lease.overspent()))
                .max(BigDecimal.ZERO);
    }

    /** Returns the current grant of a partition that has reported. */
    LeaseGrant grant(int partition) {
        Borrower lease = lease(partition);
        return new LeaseGrant(
                lease.report().openedMillis(),
                lease.lent(),
                firstMissing(),
                limit,
                spent(),
                reserved());
    }

    /** Returns the lease of a partition that has reported. */
    Borrower lease(int partition) {
        Borrower lease = leases.get(partition);
        if (lease == null) {
            throw new IllegalArgumentException("partition " + partition + " has not reported");
        }
        return lease;
    }

    /** Returns the total that all partitions have reported as spent. */
    BigDecimal spent() {
        return sum(Borrower::spent);
    }

    /** Returns the amount that all partitions have reported as reserved. */
    BigDecimal reserved() {
        return sum(lease -> lease.report().balance().reserved());
    }

    /**
     * Returns the reserved amount or, if more is lent than the limit allows, all that is lent and
     * not spent: jobs with it have to return.
     */
    BigDecimal reservedOrLent() {
        return free().signum() < 0 ? sum(Borrower::outstanding).subtract(spent()) : reserved();
    }

    long waitingJobs() {
        return leases.values().stream().mapToLong(it -> it.report().demand().waitingJobs()).sum();
    }

    /** Returns the waiting jobs that need more than their accounts have left. */
    Unaffordable unaffordable() {
        return leases.values().stream()
                .map(it -> it.report().demand().unaffordable())
                .reduce(Unaffordable.NONE, Unaffordable::plus);
    }

    /**
     * Returns the amount that the first waiting job needs, otherwise the least amount that an
     * unaffordable job needs; null if none waits.
     */
    @Nullable BigDecimal neededUsd() {
        return waiting().stream()
                .findFirst()
                .map(it -> lease(it.partition()).report().demand().neededUsd())
                .orElseGet(() -> unaffordable().leastUsd());
    }

    long rejectedJobs() {
        return leases.values().stream().mapToLong(Borrower::rejectedJobs).sum();
    }

    /** Returns true if no partition can spend money until it reports again. */
    boolean isSettled() {
        return leases.values().stream().allMatch(Borrower::isSettled);
    }

    /** Returns the partitions that have reported, in order. */
    List<Integer> partitions() {
        return List.copyOf(leases.keySet());
    }

    private BigDecimal free() {
        return limit.subtract(sum(Borrower::outstanding));
    }

    private BigDecimal sum(Function<Borrower, BigDecimal> amount) {
        return leases.values().stream().map(amount).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /**
     * Returns the partition that has waited longest for missing money; null if none waits. Other
     * partitions must keep money for jobs that wait for another account; otherwise they would give
     * it back and ask for it again, forever. If a lower limit is exceeded, all partitions must give
     * back free money.
     */
    private @Nullable WaitingPartition firstMissing() {
        if (free().signum() < 0) {
            return WaitingPartition.OVER_LIMIT;
        }
        return waiting().stream()
                .filter(it -> lease(it.partition()).missing().signum() > 0)
                .findFirst()
                .orElse(null);
    }

    /** Returns the waiting partitions, the longest waiting one first. */
    private List<WaitingPartition> waiting() {
        return leases.values().stream()
                .map(Borrower::place)
                .filter(Objects::nonNull)
                .sorted()
                .toList();
    }

    /**
     * An account owner's knowledge of one partition. Immutable.
     *
     * <p>A partition deletes a lease that it has not used for long, and opens another one when it
     * needs money again. The owner remembers the amounts spent from deleted leases.
     *
     * @param report last report of the partition
     * @param lent total lent to the partition's current lease
     * @param closedSpent total that deleted leases of the partition have spent
     * @param closedRejected total of jobs that the partition rejected before it opened its lease
     */
    record Borrower(
            LeaseReport report, BigDecimal lent, BigDecimal closedSpent, long closedRejected) {
        /** Returns the lease that follows from the first known report of a partition. */
        static Borrower first(LeaseReport report) {
            return new Borrower(report, report.balance().lent(), BigDecimal.ZERO, 0);
        }

        /** Applies a report that is newer than the last one. */
        Borrower onReport(LeaseReport next) {
            if (next.openedMillis() == report.openedMillis()) {
                // The first report that a new owner reads can be an old one.
                return new Borrower(
                        next, lent.max(next.balance().lent()), closedSpent, closedRejected);
            }
            // A partition deletes a lease only after it has given back all unspent money.
            return new Borrower(
                    next,
                    next.balance().lent(),
                    closedSpent.add(report.balance().spent().max(outstandingAsReported())),
                    closedRejected + report.rejectedJobs());
        }

        private BigDecimal outstandingAsReported() {
            return report.balance().lent().subtract(report.balance().returned());
        }

        Borrower lend(BigDecimal amount) {
            return new Borrower(report, lent.add(amount), closedSpent, closedRejected);
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
         * Returns the amount that is lent and not given back, or was spent from deleted leases. A
         * job that cost more than its reservation has taken money that was not lent.
         */
        BigDecimal outstanding() {
            Balance balance = report.balance();
            return closedSpent.add(
                    lent.subtract(balance.returned()).max(balance.spent().add(balance.reserved())));
        }

        /**
         * Returns the amount that jobs have spent or reserved beyond the lent money. Lending it
         * takes no free money, because it is already outstanding.
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
        void writeTo(EntryWriter out) {
            out.amount(lent).amount(closedSpent).number(closedRejected).bytes(report.toBytes());
        }

        /** Reads what {@link #writeTo} wrote. */
        static Borrower read(EntryReader in) {
            BigDecimal lent = in.amount();
            BigDecimal closedSpent = in.amount();
            long closedRejected = in.number();
            byte[] report = Objects.requireNonNull(in.bytes());
            return new Borrower(
                    LeaseReport.of(report).orElseThrow(), lent, closedSpent, closedRejected);
        }
    }
}
