package dev.millrace.router.budget;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Lends the money of one account to partitions, never more than the limit in total.
 *
 * <p>While there is enough for all, a partition gets more than it needs, so that it seldom asks.
 * Otherwise money is scarce: partitions give back what they do not need, and get exactly what they
 * need, in the order in which they began to wait.
 */
public final class AccountOwner {
    /** A partition gets at most this part of the free money beyond what it needs. */
    private static final BigDecimal ADVANCE = new BigDecimal("0.0625");

    /** Decimals of an advance; otherwise each one would have more decimals than the last. */
    private static final int ADVANCE_SCALE = 6;

    private final SortedMap<Integer, Holder> holders = new TreeMap<>();
    private BigDecimal limit;
    private long arrivals;

    /**
     * What the owner knows of a partition.
     *
     * @param waitingSince number of the report with which the partition began to wait; 0 while it
     *     does not wait
     */
    private record Holder(ShareReport report, BigDecimal lent, long waitingSince) {
        boolean isWaiting() {
            return report.neededLent().compareTo(lent) > 0;
        }

        BigDecimal missing() {
            return report.neededLent().subtract(lent);
        }

        BigDecimal outstanding() {
            return lent.subtract(report.returned());
        }

        Holder lend(BigDecimal amount) {
            return new Holder(report, lent.add(amount), 0);
        }
    }

    public AccountOwner(BigDecimal limit) {
        this.limit = limit;
    }

    /** Changes the limit. Money that is lent already stays lent. */
    public void onLimit(BigDecimal newLimit) {
        limit = newLimit;
    }

    /** Applies a report; a report older than the last one changes nothing. */
    public void onReport(ShareReport report) {
        Holder known = holders.get(report.partition());
        if (known != null && known.report().sequence() >= report.sequence()) {
            return;
        }
        BigDecimal lent = known == null ? BigDecimal.ZERO : known.lent();
        boolean isWaiting = report.neededLent().compareTo(lent) > 0;
        long since = known != null && known.waitingSince() > 0 ? known.waitingSince() : ++arrivals;
        holders.put(report.partition(), new Holder(report, lent, isWaiting ? since : 0));
    }

    /**
     * Lends money: to partitions that need it, in the order in which they began to wait, and if
     * none has to wait, also in advance.
     */
    public void lend() {
        for (int partition : waiting()) {
            Holder holder = holder(partition);
            if (free().compareTo(holder.missing()) < 0) {
                // Later partitions wait too: otherwise small jobs would starve a large one.
                return;
            }
            holders.put(partition, holder.lend(holder.missing()));
        }
        holders.replaceAll((_, holder) -> holder.lend(advance(holder)));
    }

    private BigDecimal advance(Holder holder) {
        return holder.report()
                .wantedLent()
                .subtract(holder.lent())
                .min(free().multiply(ADVANCE).setScale(ADVANCE_SCALE, RoundingMode.DOWN))
                .max(BigDecimal.ZERO);
    }

    /** Returns the current grant of a partition that has reported. */
    public ShareGrant grant(int partition) {
        return new ShareGrant(
                holder(partition).lent(),
                holders.values().stream().anyMatch(Holder::isWaiting),
                limit,
                sum(holder -> holder.report().spent()),
                sum(holder -> holder.report().reserved()));
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

    private List<Integer> waiting() {
        List<Integer> waiting = new ArrayList<>();
        holders.forEach(
                (partition, holder) -> {
                    if (holder.isWaiting()) {
                        waiting.add(partition);
                    }
                });
        waiting.sort(Comparator.comparingLong(it -> holder(it).waitingSince()));
        return waiting;
    }
}
