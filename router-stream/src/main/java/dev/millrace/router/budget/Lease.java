package dev.millrace.router.budget;

import dev.millrace.router.budget.LeaseGrant.WaitingPartition;
import dev.millrace.router.budget.LeaseReport.Balance;
import dev.millrace.router.budget.LeaseReport.Demand;
import dev.millrace.router.budget.PartitionLeases.Backlog;
import dev.millrace.router.budget.PartitionLeases.Claim;
import dev.millrace.router.entry.EntryReader;
import dev.millrace.router.entry.EntryWriter;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A partition's lease of an account, a state machine. Immutable: each transition returns the lease
 * that follows.
 *
 * <pre>
 *                        onNeeded (a job needs money, or the owner asks)
 *  onUnreserved  ┌────────┐        ┌──────┐  onGrant  ┌────┐  onGrant  ┌──────────┐
 * ──────────────►│COUNTING│───────►│ASKING│──────────►│LENT│◄─────────►│OVER_LIMIT│
 *  (a cost)      └────────┘        └──────┘           └────┘           └──────────┘
 *                       opened ───────▲
 * </pre>
 *
 * <p>A grant lends money, which jobs reserve and spend; {@code onTick} gives free money back. A
 * lease that {@link #isQuiet is quiet} leaves the memory, and is deleted once it {@link #isExpired
 * has expired}. Sums that hold, if {@code excess} is the total by which costs have exceeded their
 * reservations:
 *
 * <table>
 * <caption>Sums in each state</caption>
 * <tr><td>all<td>nothing is negative; {@code returned + reserved + spent <= lent + excess}
 * <tr><td>COUNTING, ASKING<td>{@code lent = returned = reserved = 0}, so {@code spent = excess}
 * <tr><td>OVER_LIMIT<td>{@code reserved} only falls
 * </table>
 *
 * @param balance the money
 * @param rejectedJobs jobs that were rejected since the lease was opened
 * @param declaredLimit limit that the account's batch has declared; null for none
 * @param grant latest grant of the owner; null before the first one
 * @param use what is not stored
 */
record Lease(
        Id id,
        Balance balance,
        long rejectedJobs,
        @Nullable BigDecimal declaredLimit,
        @Nullable LeaseGrant grant,
        LastReport lastReport,
        Use use) {
    /** Free money is given back after this time without a reservation. */
    static final long IDLE_MILLIS = Duration.ofSeconds(10).toMillis();

    /**
     * Time for which a lease is kept after its period, or after its last report if it has no
     * period. The owner keeps its record of the lease longer.
     */
    private static final Duration KEPT = Duration.ofDays(1);

    /** Shortest time between two reports. */
    private static final long URGENT_MILLIS = 20;

    /** Shortest time between two reports if only amounts for display have changed. */
    private static final long FIGURES_MILLIS = 500;

    /** A waiting partition repeats its report after this time. */
    private static final long REPEAT_MILLIS = Duration.ofMinutes(1).toMillis();

    private static final byte VERSION = 2;
    private static final int TYPICAL_BYTES = 192;

    /**
     * What never changes.
     *
     * @param account id of the account
     * @param openedMillis when the lease was opened, in milliseconds since the epoch
     * @param periodEnd end of the account's period; null if it never ends
     */
    record Id(String account, long openedMillis, @Nullable Instant periodEnd) {}

    enum State {
        /** Counts the costs of an account that has had no limit; the owner need not know it. */
        COUNTING,
        /** Has no grant yet. */
        ASKING,
        /** Has a grant. */
        LENT,
        /** More is lent than the limit allows: nothing can be reserved. */
        OVER_LIMIT
    }

    /**
     * The last report to the owner.
     *
     * @param sequence number of the report; 0 before the first one
     * @param atMillis time of the report, in milliseconds since the epoch
     * @param isCurrent whether the lease has not changed since the report
     * @param hadWaiting whether a job waited. The owner must learn that none waits any more, even
     *     if the router restarts in between
     */
    record LastReport(long sequence, long atMillis, boolean isCurrent, boolean hadWaiting) {}

    /**
     * The use of a lease since it was opened or read.
     *
     * @param usedMillis time of the last reservation
     * @param secondMillis start of a second
     * @param thisSecond amount reserved since then
     * @param lastSecond amount reserved in the second before
     * @param report last report; null for none
     * @param reportedMillis time of the last report
     */
    record Use(
            long usedMillis,
            long secondMillis,
            BigDecimal thisSecond,
            BigDecimal lastSecond,
            @Nullable LeaseReport report,
            long reportedMillis) {
        private static final long SECOND_MILLIS = 1_000;
        private static final long NEVER = Long.MIN_VALUE / 2;

        private static Use from(long nowMillis) {
            return new Use(nowMillis, nowMillis, BigDecimal.ZERO, BigDecimal.ZERO, null, NEVER);
        }

        private Use reserved(BigDecimal amount, long now) {
            return new Use(
                    now, secondMillis, thisSecond.add(amount), lastSecond, report, reportedMillis);
        }

        private Use at(long now) {
            // The difference is negative if the clock was set back.
            long passed = Math.abs(now - secondMillis);
            if (passed < SECOND_MILLIS) {
                return this;
            }
            boolean isNext = passed < 2 * SECOND_MILLIS;
            BigDecimal last = isNext ? thisSecond : BigDecimal.ZERO;
            return new Use(usedMillis, now, BigDecimal.ZERO, last, report, reportedMillis);
        }

        private Use reported(LeaseReport sent, long now) {
            return new Use(usedMillis, secondMillis, thisSecond, lastSecond, sent, now);
        }
    }

    /** Returns a lease without money that was not reported to the owner yet. */
    static Lease opened(String account, long nowMillis, @Nullable Instant periodEnd) {
        var id = new Id(account, nowMillis, periodEnd);
        var none = new LastReport(0, 0, false, false);
        return new Lease(id, Balance.NONE, 0, null, null, none, Use.from(nowMillis));
    }

    String account() {
        return id.account();
    }

    State state() {
        if (lastReport.sequence() == 0 && lastReport.isCurrent()) {
            return State.COUNTING;
        }
        if (grant == null) {
            return State.ASKING;
        }
        return WaitingPartition.OVER_LIMIT.equals(grant.firstWaiting())
                ? State.OVER_LIMIT
                : State.LENT;
    }

    private Lease with(@Nullable LeaseGrant latest, Balance money) {
        return new Lease(id, money, rejectedJobs, declaredLimit, latest, lastReport, use);
    }

    private Lease with(LastReport report, Use used) {
        return new Lease(id, balance, rejectedJobs, declaredLimit, grant, report, used);
    }

    /** Returns a changed lease, which the owner has to know. */
    private Lease changed(Balance money, long rejected, @Nullable BigDecimal declared) {
        var outdated =
                new LastReport(
                        lastReport.sequence(),
                        lastReport.atMillis(),
                        false,
                        lastReport.hadWaiting());
        return new Lease(id, money, rejected, declared, grant, outdated, use);
    }

    private Lease changed(Balance money) {
        return changed(money, rejectedJobs, declaredLimit);
    }

    /** Makes the lease known to the owner: a job needs money, or the owner has asked. */
    Lease onNeeded() {
        return changed(balance);
    }

    /** Counts the cost of a call for which the account has reserved nothing. */
    Lease onUnreserved(BigDecimal cost, long nowMillis) {
        Lease counted = settle(cost, BigDecimal.ZERO);
        return state() == State.COUNTING ? counted.counting(nowMillis) : counted;
    }

    /** Returns a copy that the owner need not know before it asks, or before a job needs money. */
    Lease counting(long nowMillis) {
        return with(new LastReport(0, nowMillis, true, false), use);
    }

    /**
     * Applies a grant of the owner; a grant for an earlier lease changes nothing. A grant for a
     * later lease was sent to a deleted one, before the clock was set back. The owner takes reports
     * of this lease for older ones, so that it is opened again.
     */
    Lease onGrant(LeaseGrant latest) {
        if (latest.openedMillis() == id.openedMillis()) {
            return with(latest, balance.onLent(latest.lent()));
        }
        return latest.openedMillis() > id.openedMillis() && balance.lent().signum() == 0
                ? openedAfter(latest.openedMillis())
                : this;
    }

    private Lease openedAfter(long millis) {
        var later = new Id(id.account(), millis + 1, id.periodEnd());
        return new Lease(later, balance, rejectedJobs, declaredLimit, grant, lastReport, use)
                .onNeeded();
    }

    /** Returns true if the amount can be reserved. */
    boolean covers(BigDecimal amount) {
        return switch (state()) {
            case COUNTING, ASKING, LENT -> balance.covers(amount);
            case OVER_LIMIT -> amount.signum() == 0;
        };
    }

    /**
     * Reserves an amount.
     *
     * @throws IllegalStateException if the lease does not cover the amount
     */
    Lease reserve(BigDecimal amount, long nowMillis) {
        if (!covers(amount)) {
            throw new IllegalStateException(
                    "a lease " + state() + " with " + balance.free() + " free, not " + amount);
        }
        Lease reserved = changed(balance.reserve(amount));
        return reserved.with(reserved.lastReport, use.reserved(amount, nowMillis));
    }

    /**
     * Spends money.
     *
     * @param cost of an attempt; can exceed the reservation
     * @param reservationLeft remaining amount of the job's reservation
     */
    Lease settle(BigDecimal cost, BigDecimal reservationLeft) {
        return changed(balance.charge(cost, reservationLeft));
    }

    /** Frees the remaining amount of a reservation. */
    Lease unreserve(BigDecimal reservationLeft) {
        return changed(balance.unreserve(reservationLeft));
    }

    /** Counts a rejected job. */
    Lease onRejected() {
        return changed(balance, rejectedJobs + 1, declaredLimit);
    }

    /** Learns the limit that a job's batch declares; null for none. */
    Lease onDeclared(@Nullable BigDecimal limit) {
        return changed(balance, rejectedJobs, limit);
    }

    /** A lease after a tick, and the report to send; null if none is due. */
    record Tick(Lease lease, @Nullable LeaseReport due) {}

    /**
     * Gives back free money that other partitions wait for, or that was unused for a while, and
     * reports to the owner if a report is due.
     *
     * @param backlog the parked jobs of the account
     */
    Tick onTick(int partition, Backlog backlog, long nowMillis) {
        Lease lease =
                isReturnDue(partition, backlog, nowMillis) ? changed(balance.giveBack()) : this;
        return switch (lease.state()) {
            case COUNTING -> new Tick(lease, null);
            case ASKING, LENT, OVER_LIMIT -> lease.reported(partition, backlog, nowMillis);
        };
    }

    private boolean isReturnDue(int partition, Backlog backlog, long now) {
        boolean isIdle = backlog.first() == null && Math.abs(now - use.usedMillis()) >= IDLE_MILLIS;
        return balance.free().signum() > 0
                && (isIdle || isAnotherFirst(partition, backlog.first()));
    }

    /** Returns true if another partition waits for money of the account and is first. */
    private boolean isAnotherFirst(int partition, @Nullable Claim own) {
        WaitingPartition first = grant == null ? null : grant.firstWaiting();
        return first != null
                && first.partition() != partition
                && (own == null
                        || first.compareTo(new WaitingPartition(own.sinceMillis(), partition)) < 0);
    }

    private Tick reported(int partition, Backlog backlog, long now) {
        Use current = use.at(now);
        Demand demand = demand(backlog, current);
        if (Math.abs(now - use.reportedMillis()) < waitMillis(demand)) {
            return new Tick(with(lastReport, current), null);
        }
        long sequence = lastReport.sequence() + 1;
        var report =
                new LeaseReport(
                        partition,
                        id.openedMillis(),
                        sequence,
                        balance,
                        demand,
                        rejectedJobs,
                        declaredLimit);
        var last = new LastReport(sequence, now, true, demand.waitingJobs() > 0);
        return new Tick(with(last, current.reported(report, now)), report);
    }

    private Demand demand(Backlog backlog, Use current) {
        Claim first = backlog.first();
        BigDecimal missing =
                first == null
                        ? BigDecimal.ZERO
                        : first.amount().subtract(balance.free()).max(BigDecimal.ZERO);
        BigDecimal needed = balance.lent().add(missing);
        return new Demand(
                first == null ? null : first.amount(),
                needed,
                needed.max(wanted(backlog, current)),
                backlog.jobs(),
                first == null ? null : first.sinceMillis(),
                backlog.aside());
    }

    /** Borrows for all waiting jobs and, before the money runs out, for the next two seconds. */
    private BigDecimal wanted(Backlog backlog, Use current) {
        BigDecimal rate = current.lastSecond().max(current.thisSecond());
        boolean isEnough = backlog.usd().signum() == 0 && balance.free().compareTo(rate) >= 0;
        return isEnough
                ? balance.lent()
                : balance.lent().add(backlog.usd()).add(rate).add(rate).subtract(balance.free());
    }

    /** Returns the time that must have passed since the last report. */
    private long waitMillis(Demand demand) {
        LeaseReport last = use.report();
        if (last == null || isUrgent(last, demand)) {
            return URGENT_MILLIS;
        }
        if (!lastReport.isCurrent() || !last.demand().equals(demand)) {
            return FIGURES_MILLIS;
        }
        return demand.waitingSinceMillis() == null ? Long.MAX_VALUE : REPEAT_MILLIS;
    }

    private boolean isUrgent(LeaseReport last, Demand demand) {
        return isMore(last.demand().neededLent(), demand.neededLent())
                || isMore(last.demand().wantedLent(), demand.wantedLent())
                || !Objects.equals(last.demand().waitingSinceMillis(), demand.waitingSinceMillis())
                || last.balance().returned().compareTo(balance.returned()) < 0
                || LeaseReport.isOtherLimit(last.declaredLimit(), declaredLimit);
    }

    /** Returns true if the partition asks for more money than before. */
    private boolean isMore(BigDecimal before, BigDecimal now) {
        return now.compareTo(before) > 0 && now.compareTo(balance.lent()) > 0;
    }

    /** Returns the higher one of the limits that this router and the owner know. */
    BigDecimal limit(BigDecimal known) {
        return grant == null ? known : known.max(grant.limit());
    }

    /**
     * Returns the unspent amount of the account, including reserved money. It grows only if the
     * limit is raised.
     *
     * @param known the limit that this router knows
     */
    BigDecimal left(BigDecimal known) {
        return limit(known).subtract(spent()).max(BigDecimal.ZERO);
    }

    /** Returns the account's spending, as far as this partition knows. */
    BigDecimal spent() {
        return grant == null ? balance.spent() : grant.spent().max(balance.spent());
    }

    /** Returns true if the lease needs no work until it is used again. */
    boolean isQuiet() {
        return lastReport.isCurrent()
                && !lastReport.hadWaiting()
                && balance.reserved().signum() == 0
                && balance.free().signum() <= 0;
    }

    /**
     * Returns true if the lease can be deleted: it was unused for long, the owner learns all its
     * spending, and it has no money left to spend.
     */
    boolean isExpired(Instant now) {
        Instant end =
                id.periodEnd() == null
                        ? Instant.ofEpochMilli(lastReport.atMillis())
                        : id.periodEnd();
        return isQuiet() && now.isAfter(end.plus(KEPT));
    }

    byte[] encode() {
        var out =
                new EntryWriter(VERSION, TYPICAL_BYTES)
                        .text(id.account())
                        .number(id.openedMillis())
                        .number(rejectedJobs)
                        .optionalAmount(declaredLimit)
                        .optionalTime(id.periodEnd());
        balance.writeTo(out);
        out.number(lastReport.sequence())
                .number(lastReport.atMillis())
                .flag(lastReport.isCurrent())
                .flag(lastReport.hadWaiting())
                .flag(grant != null);
        if (grant != null) {
            grant.writeTo(out);
        }
        return out.toBytes();
    }

    static Lease decode(byte[] entry, long nowMillis) {
        var in = new EntryReader(entry, VERSION, "a lease of a budget");
        String account = in.text();
        long openedMillis = in.number();
        long rejected = in.number();
        BigDecimal limit = in.optionalAmount();
        var id = new Id(account, openedMillis, in.optionalTime());
        Balance balance = Balance.read(in);
        var last = new LastReport(in.number(), in.number(), in.flag(), in.flag());
        LeaseGrant grant = in.flag() ? LeaseGrant.read(in) : null;
        return new Lease(id, balance, rejected, limit, grant, last, Use.from(nowMillis));
    }
}
