package dev.millrace.router.budget.partition;

import dev.millrace.router.budget.DeclaredLimit;
import dev.millrace.router.budget.LeaseBalance;
import dev.millrace.router.budget.LeaseReport;
import dev.millrace.router.budget.LeaseReport.Demand;
import dev.millrace.router.budget.WaitingPartition;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A lease that is in use. Decides when to report, to borrow and to give back. */
final class ActiveLease {
    /** Free money is given back after this time without a reservation. */
    static final long IDLE_MILLIS = Duration.ofSeconds(10).toMillis();

    /** Shortest time between two reports. */
    private static final long URGENT_MILLIS = 20;

    /** Shortest time between two reports if only amounts for display have changed. */
    private static final long FIGURES_MILLIS = 500;

    /** A waiting partition repeats its report after this time. */
    private static final long REPEAT_MILLIS = Duration.ofMinutes(1).toMillis();

    private static final long SECOND_MILLIS = 1_000;

    private final int partition;
    private final Consumer<ActiveLease> onChange;
    private StoredLease stored;
    private boolean isChanged;
    private @Nullable LeaseReport lastReport;
    private long reportedMillis = Long.MIN_VALUE / 2;
    private long usedMillis;

    private long secondMillis;
    private BigDecimal reservedThisSecond = BigDecimal.ZERO;
    private BigDecimal reservedLastSecond = BigDecimal.ZERO;

    /**
     * @param onChange is called once for the changes of a turn
     */
    ActiveLease(StoredLease stored, int partition, long nowMillis, Consumer<ActiveLease> onChange) {
        this.onChange = onChange;
        this.stored = stored;
        this.partition = partition;
        usedMillis = nowMillis;
        secondMillis = nowMillis;
    }

    StoredLease stored() {
        return stored;
    }

    /** Replaces the lease, to be stored at the end of the turn. */
    void set(StoredLease changed) {
        stored = changed;
        if (!isChanged) {
            isChanged = true;
            onChange.accept(this);
        }
    }

    private void set(LeaseBalance changed) {
        set(stored.withBalance(changed));
    }

    /** Records that the lease is stored. */
    void onStored() {
        isChanged = false;
    }

    boolean covers(BigDecimal amount) {
        return !stored.isOverLimit() && stored.balance().covers(amount);
    }

    void reserve(BigDecimal amount, long nowMillis) {
        set(stored.balance().reserve(amount));
        usedMillis = nowMillis;
        reservedThisSecond = reservedThisSecond.add(amount);
    }

    void charge(BigDecimal cost, BigDecimal reservationLeft) {
        set(stored.balance().charge(cost, reservationLeft));
    }

    void unreserve(BigDecimal reservationLeft) {
        set(stored.balance().unreserve(reservationLeft));
    }

    /**
     * Gives back free money that other partitions wait for, or that was unused for a while.
     *
     * @param claim the first waiting job of the account in this partition; null if none waits
     */
    void giveBack(Claims.@Nullable Claim claim, long nowMillis) {
        boolean isIdle = claim == null && nowMillis - usedMillis >= IDLE_MILLIS;
        if (stored.balance().free().signum() > 0
                && (isIdle || stored.isAnotherFirst(partition, place(claim)))) {
            set(stored.balance().giveBack());
        }
    }

    private @Nullable WaitingPartition place(Claims.@Nullable Claim claim) {
        return claim == null ? null : new WaitingPartition(claim.sinceMillis(), partition);
    }

    /** Returns the report that is due; null if none is. */
    @Nullable LeaseReport dueReport(Claims claims, long nowMillis) {
        if (stored.isUnreported()) {
            return null;
        }
        turnSecond(nowMillis);
        Demand demand = demand(claims);
        if (nowMillis - reportedMillis < waitMillis(demand)) {
            return null;
        }
        set(stored.onReport(demand.waitingJobs() > 0, nowMillis));
        reportedMillis = nowMillis;
        lastReport =
                new LeaseReport(
                        partition,
                        stored.openedMillis(),
                        stored.lastReport().sequence(),
                        stored.balance(),
                        demand,
                        stored.rejectedJobs(),
                        stored.declaredLimit());
        return lastReport;
    }

    private void turnSecond(long nowMillis) {
        if (nowMillis - secondMillis >= SECOND_MILLIS) {
            boolean isNext = nowMillis - secondMillis < 2 * SECOND_MILLIS;
            reservedLastSecond = isNext ? reservedThisSecond : BigDecimal.ZERO;
            reservedThisSecond = BigDecimal.ZERO;
            secondMillis = nowMillis;
        }
    }

    private Demand demand(Claims claims) {
        String account = stored.account();
        LeaseBalance balance = stored.balance();
        Claims.Claim claim = claims.of(account);
        Claims.Backlog backlog = claims.backlog(account);
        BigDecimal needed =
                claim == null
                        ? balance.lent()
                        : balance.lent()
                                .add(claim.amount().subtract(balance.free()).max(BigDecimal.ZERO));
        return new Demand(
                claim == null ? null : claim.amount(),
                needed,
                needed.max(wanted(balance, backlog)),
                backlog.jobs(),
                claim == null ? null : claim.sinceMillis(),
                backlog.unaffordable());
    }

    /** Borrows for all waiting jobs and, before the money runs out, for the next two seconds. */
    private BigDecimal wanted(LeaseBalance balance, Claims.Backlog backlog) {
        BigDecimal rate = reservedLastSecond.max(reservedThisSecond);
        boolean isEnough = backlog.usd().signum() == 0 && balance.free().compareTo(rate) >= 0;
        return isEnough
                ? balance.lent()
                : balance.lent().add(backlog.usd()).add(rate).add(rate).subtract(balance.free());
    }

    /** Returns the time that must have passed since the last report. */
    private long waitMillis(Demand demand) {
        if (lastReport == null || isUrgent(lastReport, demand)) {
            return URGENT_MILLIS;
        }
        boolean isSame = stored.lastReport().isCurrent() && lastReport.demand().equals(demand);
        if (!isSame) {
            return FIGURES_MILLIS;
        }
        return demand.waitingSinceMillis() == null ? Long.MAX_VALUE : REPEAT_MILLIS;
    }

    private boolean isUrgent(LeaseReport last, Demand demand) {
        return isMore(last.demand().neededLent(), demand.neededLent())
                || isMore(last.demand().wantedLent(), demand.wantedLent())
                || !Objects.equals(last.demand().waitingSinceMillis(), demand.waitingSinceMillis())
                || last.balance().returned().compareTo(stored.balance().returned()) < 0
                || DeclaredLimit.isOther(last.declaredLimit(), stored.declaredLimit());
    }

    /** Returns true if the partition asks for more money than before. */
    private boolean isMore(BigDecimal before, BigDecimal now) {
        return now.compareTo(before) > 0 && now.compareTo(stored.balance().lent()) > 0;
    }

    /** Returns true if the lease needs no work until it is used again. */
    boolean isQuiet(Claims claims) {
        return stored.isQuiet() && claims.backlog(stored.account()).jobs() == 0;
    }
}
