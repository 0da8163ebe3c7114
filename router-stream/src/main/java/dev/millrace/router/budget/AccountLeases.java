package dev.millrace.router.budget;

import dev.millrace.router.budget.LeaseReport.Unaffordable;
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
public final class AccountLeases {
    /** Beyond its need, a partition gets at most this fraction of the free money. */
    private static final BigDecimal ADVANCE = new BigDecimal("0.0625");

    /**
     * Decimals of an advance; without a bound, each advance would have more decimals than the last.
     */
    private static final int ADVANCE_SCALE = 6;

    private final SortedMap<Integer, PartitionLease> leases = new TreeMap<>();
    private BigDecimal limit;

    public AccountLeases(BigDecimal limit) {
        this.limit = limit;
    }

    /** Changes the limit. Money that is lent already stays lent. */
    public void onLimit(BigDecimal newLimit) {
        limit = newLimit;
    }

    /**
     * Applies a report; a report older than the last one changes nothing. The lent total in a
     * partition's first report is taken as the amount lent to it.
     *
     * @return true if the report is new
     */
    public boolean onReport(LeaseReport report) {
        PartitionLease known = leases.get(report.partition());
        if (known != null && !report.isAfter(known.report())) {
            return false;
        }
        leases.put(
                report.partition(),
                known == null ? PartitionLease.first(report) : known.onReport(report));
        return true;
    }

    /** Restores the stored lease of a partition. */
    public void restore(PartitionLease lease) {
        leases.put(lease.report().partition(), lease);
    }

    /**
     * Lends money to partitions that need it, in the order in which they began to wait. Lends in
     * advance too if no partition has to wait.
     */
    public void lend() {
        for (WaitingPartition place : waiting()) {
            PartitionLease lease = lease(place.partition());
            PartitionLease served = lease.lend(lease.missing());
            if (free().compareTo(served.outstanding().subtract(lease.outstanding())) < 0) {
                // Later partitions wait too: otherwise small jobs would starve a large one.
                return;
            }
            leases.put(place.partition(), served);
        }
        leases.replaceAll((_, lease) -> lease.lend(advance(lease)));
    }

    private BigDecimal advance(PartitionLease lease) {
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
    public LeaseGrant grant(int partition) {
        PartitionLease lease = lease(partition);
        return new LeaseGrant(
                lease.report().openedMillis(),
                lease.lent(),
                firstMissing(),
                limit,
                spent(),
                reserved());
    }

    /** Returns the lease of a partition that has reported. */
    public PartitionLease lease(int partition) {
        PartitionLease lease = leases.get(partition);
        if (lease == null) {
            throw new IllegalArgumentException("partition " + partition + " has not reported");
        }
        return lease;
    }

    /** Returns the total that all partitions have reported as spent. */
    public BigDecimal spent() {
        return sum(PartitionLease::spent);
    }

    /** Returns the amount that all partitions have reported as reserved. */
    public BigDecimal reserved() {
        return sum(lease -> lease.report().balance().reserved());
    }

    /**
     * Returns the reserved amount or, if more is lent than the limit allows, all that is lent and
     * not spent: jobs with it have to return.
     */
    public BigDecimal reservedOrLent() {
        return free().signum() < 0
                ? sum(PartitionLease::outstanding).subtract(spent())
                : reserved();
    }

    public long waitingJobs() {
        return leases.values().stream().mapToLong(it -> it.report().demand().waitingJobs()).sum();
    }

    /** Returns the waiting jobs that need more than their accounts have left. */
    public Unaffordable unaffordable() {
        return leases.values().stream()
                .map(it -> it.report().demand().unaffordable())
                .reduce(Unaffordable.NONE, Unaffordable::plus);
    }

    /**
     * Returns the amount that the first waiting job needs, otherwise the least amount that an
     * unaffordable job needs; null if none waits.
     */
    public @Nullable BigDecimal neededUsd() {
        return waiting().stream()
                .findFirst()
                .map(it -> lease(it.partition()).report().demand().neededUsd())
                .orElseGet(() -> unaffordable().leastUsd());
    }

    public long rejectedJobs() {
        return leases.values().stream().mapToLong(PartitionLease::rejectedJobs).sum();
    }

    /** Returns true if no partition can spend money until it reports again. */
    public boolean isSettled() {
        return leases.values().stream().allMatch(PartitionLease::isSettled);
    }

    /** Returns the partitions that have reported, in order. */
    public List<Integer> partitions() {
        return List.copyOf(leases.keySet());
    }

    private BigDecimal free() {
        return limit.subtract(sum(PartitionLease::outstanding));
    }

    private BigDecimal sum(Function<PartitionLease, BigDecimal> amount) {
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
                .map(PartitionLease::place)
                .filter(Objects::nonNull)
                .sorted()
                .toList();
    }
}
