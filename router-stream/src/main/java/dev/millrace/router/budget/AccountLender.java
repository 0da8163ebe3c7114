package dev.millrace.router.budget;

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
 * <p>While there is enough for all, a partition gets more than it needs, so that it seldom asks.
 * Otherwise money is scarce: partitions give back what they do not need, and get exactly what they
 * need, in the order in which they began to wait.
 */
public final class AccountLender {
    /** A partition gets at most this part of the free money beyond what it needs. */
    private static final BigDecimal ADVANCE = new BigDecimal("0.0625");

    /** Decimals of an advance; otherwise each one would have more decimals than the last. */
    private static final int ADVANCE_SCALE = 6;

    private final SortedMap<Integer, Holder> holders = new TreeMap<>();
    private BigDecimal limit;

    /** What the owner knows of a partition. */
    private record Holder(ShareReport report, BigDecimal lent) {
        /** Returns the place among the waiting partitions; null if the partition does not wait. */
        @Nullable WaitingPartition place() {
            Long since = report.demand().waitingSinceMillis();
            return since == null ? null : new WaitingPartition(since, report.partition());
        }

        BigDecimal missing() {
            return place() == null
                    ? BigDecimal.ZERO
                    : report.demand().neededLent().subtract(lent).max(BigDecimal.ZERO);
        }

        BigDecimal outstanding() {
            return lent.subtract(report.share().returned());
        }

        Holder lend(BigDecimal amount) {
            return new Holder(report, lent.add(amount));
        }
    }

    public AccountLender(BigDecimal limit) {
        this.limit = limit;
    }

    /** Changes the limit. Money that is lent already stays lent. */
    public void onLimit(BigDecimal newLimit) {
        limit = newLimit;
    }

    /**
     * Applies a report; a report older than the last one changes nothing. A partition without an
     * earlier report has been lent what it reports.
     *
     * @return true if the report is new
     */
    public boolean onReport(ShareReport report) {
        Holder known = holders.get(report.partition());
        if (known != null && known.report().sequence() >= report.sequence()) {
            return false;
        }
        restore(report, known == null ? report.share().lent() : known.lent());
        return true;
    }

    /** Restores what was known of a partition. */
    public void restore(ShareReport report, BigDecimal lent) {
        holders.put(report.partition(), new Holder(report, lent));
    }

    /**
     * Lends money: to partitions that need it, in the order in which they began to wait, and if
     * none has to wait, also in advance.
     */
    public void lend() {
        for (WaitingPartition place : waiting()) {
            Holder holder = holder(place.partition());
            if (free().compareTo(holder.missing()) < 0) {
                // Later partitions wait too: otherwise small jobs would starve a large one.
                return;
            }
            holders.put(place.partition(), holder.lend(holder.missing()));
        }
        holders.replaceAll((_, holder) -> holder.lend(advance(holder)));
    }

    private BigDecimal advance(Holder holder) {
        return holder.report()
                .demand()
                .wantedLent()
                .subtract(holder.lent())
                .min(free().multiply(ADVANCE).setScale(ADVANCE_SCALE, RoundingMode.DOWN))
                .max(BigDecimal.ZERO);
    }

    /** Returns the current grant of a partition that has reported. */
    public ShareGrant grant(int partition) {
        return new ShareGrant(holder(partition).lent(), firstMissing(), limit, spent(), reserved());
    }

    /** Returns the last report of a partition that has reported. */
    public ShareReport report(int partition) {
        return holder(partition).report();
    }

    /** Returns the total lent to a partition that has reported. */
    public BigDecimal lent(int partition) {
        return holder(partition).lent();
    }

    /** Returns the total that all partitions have reported as spent. */
    public BigDecimal spent() {
        return sum(holder -> holder.report().share().spent());
    }

    /** Returns the amount that all partitions have reported as reserved. */
    public BigDecimal reserved() {
        return sum(holder -> holder.report().share().reserved());
    }

    /** Returns the jobs that wait. */
    public long waitingJobs() {
        return holders.values().stream().mapToLong(it -> it.report().demand().waitingJobs()).sum();
    }

    /** Returns the jobs that were rejected. */
    public long rejectedJobs() {
        return holders.values().stream().mapToLong(it -> it.report().rejectedJobs()).sum();
    }

    /** Returns the partitions that have reported, in order. */
    public List<Integer> partitions() {
        return List.copyOf(holders.keySet());
    }

    private BigDecimal free() {
        return limit.subtract(sum(Holder::outstanding));
    }

    private BigDecimal sum(Function<Holder, BigDecimal> amount) {
        return holders.values().stream().map(amount).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private Holder holder(int partition) {
        Holder holder = holders.get(partition);
        if (holder == null) {
            throw new IllegalArgumentException("partition " + partition + " has not reported");
        }
        return holder;
    }

    /**
     * Returns the partition that waits longest for money that it does not have; null if none waits.
     * Others must keep money for jobs that wait for another account, or they would give it back and
     * ask for it again, forever. If a lower limit is exceeded, all must give back free money.
     */
    private @Nullable WaitingPartition firstMissing() {
        if (free().signum() < 0) {
            return WaitingPartition.OVER_LIMIT;
        }
        return waiting().stream()
                .filter(it -> holder(it.partition()).missing().signum() > 0)
                .findFirst()
                .orElse(null);
    }

    /** Returns the waiting partitions, the longest waiting one first. */
    private List<WaitingPartition> waiting() {
        return holders.values().stream()
                .map(Holder::place)
                .filter(Objects::nonNull)
                .sorted()
                .toList();
    }
}
