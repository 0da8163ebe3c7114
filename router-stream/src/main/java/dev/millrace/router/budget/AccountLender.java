package dev.millrace.router.budget;

import dev.millrace.router.budget.ShareReport.Unaffordable;
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
public final class AccountLender {
    /** Largest part of the free money that a partition gets beyond its needs. */
    private static final BigDecimal ADVANCE = new BigDecimal("0.0625");

    /**
     * Decimals of an advance; without a bound, each advance would have more decimals than the last.
     */
    private static final int ADVANCE_SCALE = 6;

    private final SortedMap<Integer, PartitionLoan> loans = new TreeMap<>();
    private BigDecimal limit;

    public AccountLender(BigDecimal limit) {
        this.limit = limit;
    }

    /** Changes the limit. Money that is lent already stays lent. */
    public void onLimit(BigDecimal newLimit) {
        limit = newLimit;
    }

    /**
     * Applies a report; a report older than the last one changes nothing. A partition's first
     * report counts as the amount lent to it.
     *
     * @return true if the report is new
     */
    public boolean onReport(ShareReport report) {
        PartitionLoan known = loans.get(report.partition());
        if (known != null && !report.isAfter(known.report())) {
            return false;
        }
        loans.put(
                report.partition(),
                known == null ? PartitionLoan.first(report) : known.onReport(report));
        return true;
    }

    /** Restores the loan of a partition. */
    public void restore(PartitionLoan loan) {
        loans.put(loan.report().partition(), loan);
    }

    /**
     * Lends money to partitions that need it, in the order in which they began to wait. Lends in
     * advance too if no partition has to wait.
     */
    public void lend() {
        for (WaitingPartition place : waiting()) {
            PartitionLoan loan = loan(place.partition());
            PartitionLoan served = loan.lend(loan.missing());
            if (free().compareTo(served.outstanding().subtract(loan.outstanding())) < 0) {
                // Later partitions wait too: otherwise small jobs would starve a large one.
                return;
            }
            loans.put(place.partition(), served);
        }
        loans.replaceAll((_, loan) -> loan.lend(advance(loan)));
    }

    private BigDecimal advance(PartitionLoan loan) {
        return loan.report()
                .demand()
                .wantedLent()
                .subtract(loan.lent())
                .min(
                        free().multiply(ADVANCE)
                                .setScale(ADVANCE_SCALE, RoundingMode.DOWN)
                                .add(loan.overspent()))
                .max(BigDecimal.ZERO);
    }

    /** Returns the current grant of a partition that has reported. */
    public ShareGrant grant(int partition) {
        PartitionLoan loan = loan(partition);
        return new ShareGrant(
                loan.report().openedMillis(),
                loan.lent(),
                firstMissing(),
                limit,
                spent(),
                reserved());
    }

    /** Returns the loan of a partition that has reported. */
    public PartitionLoan loan(int partition) {
        PartitionLoan loan = loans.get(partition);
        if (loan == null) {
            throw new IllegalArgumentException("partition " + partition + " has not reported");
        }
        return loan;
    }

    /** Returns the total that all partitions have reported as spent. */
    public BigDecimal spent() {
        return sum(PartitionLoan::spent);
    }

    /** Returns the amount that all partitions have reported as reserved. */
    public BigDecimal reserved() {
        return sum(loan -> loan.report().share().reserved());
    }

    public long waitingJobs() {
        return loans.values().stream().mapToLong(it -> it.report().demand().waitingJobs()).sum();
    }

    /** Returns the waiting jobs that need more than their accounts have left. */
    public Unaffordable unaffordable() {
        return loans.values().stream()
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
                .map(it -> loan(it.partition()).report().demand().neededUsd())
                .orElseGet(() -> unaffordable().leastUsd());
    }

    public long rejectedJobs() {
        return loans.values().stream().mapToLong(PartitionLoan::rejectedJobs).sum();
    }

    /** Returns true if no partition can spend money until it reports again. */
    public boolean isSettled() {
        return loans.values().stream().allMatch(PartitionLoan::isSettled);
    }

    /** Returns the partitions that have reported, in order. */
    public List<Integer> partitions() {
        return List.copyOf(loans.keySet());
    }

    private BigDecimal free() {
        return limit.subtract(sum(PartitionLoan::outstanding));
    }

    private BigDecimal sum(Function<PartitionLoan, BigDecimal> amount) {
        return loans.values().stream().map(amount).reduce(BigDecimal.ZERO, BigDecimal::add);
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
                .filter(it -> loan(it.partition()).missing().signum() > 0)
                .findFirst()
                .orElse(null);
    }

    /** Returns the waiting partitions, the longest waiting one first. */
    private List<WaitingPartition> waiting() {
        return loans.values().stream()
                .map(PartitionLoan::place)
                .filter(Objects::nonNull)
                .sorted()
                .toList();
    }
}
