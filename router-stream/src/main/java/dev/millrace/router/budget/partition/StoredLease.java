package dev.millrace.router.budget.partition;

import dev.millrace.router.budget.LeaseBalance;
import dev.millrace.router.budget.LeaseGrant;
import dev.millrace.router.budget.WaitingPartition;
import dev.millrace.router.entry.EntryReader;
import dev.millrace.router.entry.EntryWriter;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A partition's lease of an account, as stored.
 *
 * @param account id of the account
 * @param openedMillis when the lease was opened, in milliseconds since the epoch
 * @param balance the money
 * @param rejectedJobs jobs that were rejected since the lease was opened
 * @param declaredLimit limit that the account's batch has declared; null for none
 * @param periodEnd end of the account's period; null if it never ends
 * @param grant latest grant of the owner; null before the first one
 */
public record StoredLease(
        String account,
        long openedMillis,
        LeaseBalance balance,
        long rejectedJobs,
        @Nullable BigDecimal declaredLimit,
        @Nullable Instant periodEnd,
        @Nullable LeaseGrant grant,
        LastReport lastReport) {
    /**
     * Time for which a lease is kept after its period, or after its last report if it has no
     * period. The owner keeps its record of the lease longer.
     */
    private static final Duration KEPT = Duration.ofDays(1);

    private static final byte VERSION = 2;
    private static final int TYPICAL_BYTES = 192;

    /**
     * The last report to the owner.
     *
     * @param sequence number of the report; 0 before the first one
     * @param atMillis time of the report, in milliseconds since the epoch
     * @param isCurrent whether the lease has not changed since the report
     * @param hadWaiting whether a job waited. The owner must learn that none waits any more, even
     *     if the router restarts in between
     */
    public record LastReport(long sequence, long atMillis, boolean isCurrent, boolean hadWaiting) {
        private static final LastReport NONE = new LastReport(0, 0, false, false);

        private LastReport outdated() {
            return new LastReport(sequence, atMillis, false, hadWaiting);
        }

        private LastReport next(boolean isWaiting, long nowMillis) {
            return new LastReport(sequence + 1, nowMillis, true, isWaiting);
        }
    }

    /** Returns a lease without money that was not reported to the owner yet. */
    public static StoredLease opened(String account, long nowMillis, @Nullable Instant periodEnd) {
        return new StoredLease(
                account, nowMillis, LeaseBalance.NONE, 0, null, periodEnd, null, LastReport.NONE);
    }

    /** Returns true for a lease that only counts costs, since its account has had no limit. */
    public boolean isUnreported() {
        return lastReport.sequence() == 0 && lastReport.isCurrent();
    }

    /** Returns a copy that the owner need not know before it asks, or before a job needs money. */
    StoredLease unreported(long nowMillis) {
        return with(new LastReport(0, nowMillis, true, false));
    }

    /** Returns a copy that the owner has to know. */
    StoredLease outdated() {
        return with(lastReport.outdated());
    }

    /** Counts the cost of a call for which the account has reserved nothing. */
    StoredLease count(BigDecimal cost, long nowMillis) {
        StoredLease counted = withBalance(balance.charge(cost, BigDecimal.ZERO));
        return isUnreported() ? counted.unreported(nowMillis) : counted;
    }

    private StoredLease with(LastReport report) {
        return new StoredLease(
                account,
                openedMillis,
                balance,
                rejectedJobs,
                declaredLimit,
                periodEnd,
                grant,
                report);
    }

    /** Returns a copy with other money. */
    public StoredLease withBalance(LeaseBalance changed) {
        return changed(changed, rejectedJobs, declaredLimit);
    }

    /** Returns a copy with another declared limit. */
    public StoredLease withDeclaredLimit(BigDecimal limit) {
        return changed(balance, rejectedJobs, limit);
    }

    /** Counts a rejected job. */
    public StoredLease onRejected() {
        return changed(balance, rejectedJobs + 1, declaredLimit);
    }

    private StoredLease changed(LeaseBalance money, long rejected, @Nullable BigDecimal declared) {
        return new StoredLease(
                account,
                openedMillis,
                money,
                rejected,
                declared,
                periodEnd,
                grant,
                lastReport.outdated());
    }

    /** Applies a grant of the owner; a grant for an earlier lease changes nothing. */
    public StoredLease onGrant(LeaseGrant latest) {
        return latest.openedMillis() != openedMillis
                ? this
                : new StoredLease(
                        account,
                        openedMillis,
                        balance.onLent(latest.lent()),
                        rejectedJobs,
                        declaredLimit,
                        periodEnd,
                        latest,
                        lastReport);
    }

    /**
     * Counts the next report, which has the current state of the lease.
     *
     * @param isWaiting whether a job waits
     */
    public StoredLease onReport(boolean isWaiting, long nowMillis) {
        return with(lastReport.next(isWaiting, nowMillis));
    }

    /**
     * Returns true if the account can never pay this amount: the money is spent, not only reserved.
     * Stays true until the limit is raised.
     *
     * @param limit of the account as this router knows it; the owner may know an older or newer one
     */
    public boolean excludes(BigDecimal amount, BigDecimal limit) {
        return grant != null && left(limit).compareTo(amount) < 0;
    }

    /**
     * Returns the unspent amount of the account, including reserved money. It grows only if the
     * limit is raised. Negative if jobs cost more than they had reserved.
     *
     * @param limit of the account as this router knows it; the owner can know an older or newer one
     */
    public BigDecimal left(BigDecimal limit) {
        return (grant == null ? limit : limit.max(grant.limit())).subtract(spent());
    }

    /** Returns the account's spending, as far as this partition knows. */
    public BigDecimal spent() {
        return grant == null ? balance.spent() : grant.spent().max(balance.spent());
    }

    /**
     * Returns true if another partition waits for money of the account and is first.
     *
     * @param own this partition's place; null if it does not wait
     */
    public boolean isAnotherFirst(int partition, @Nullable WaitingPartition own) {
        WaitingPartition first = grant == null ? null : grant.firstWaiting();
        return first != null
                && first.partition() != partition
                && (own == null || first.compareTo(own) < 0);
    }

    /** Returns true if more is lent than the limit allows, so that nothing can be reserved. */
    public boolean isOverLimit() {
        return grant != null && WaitingPartition.OVER_LIMIT.equals(grant.firstWaiting());
    }

    /** Returns true if the lease needs no work until it is used again. */
    public boolean isQuiet() {
        return lastReport.isCurrent()
                && !lastReport.hadWaiting()
                && balance.reserved().signum() == 0
                && balance.free().signum() <= 0;
    }

    /**
     * Returns true if the lease can be deleted: it was unused for long, the owner learns all its
     * spending, and it has no money left to spend.
     */
    public boolean isExpired(Instant now) {
        Instant end = periodEnd == null ? Instant.ofEpochMilli(lastReport.atMillis()) : periodEnd;
        return isQuiet() && now.isAfter(end.plus(KEPT));
    }

    byte[] encode() {
        var out =
                new EntryWriter(VERSION, TYPICAL_BYTES)
                        .text(account)
                        .number(openedMillis)
                        .number(rejectedJobs)
                        .optionalAmount(declaredLimit)
                        .optionalTime(periodEnd);
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

    static StoredLease decode(byte[] entry) {
        var in = new EntryReader(entry, VERSION, "a lease of a budget");
        String account = in.text();
        long openedMillis = in.number();
        long rejectedJobs = in.number();
        BigDecimal limit = in.optionalAmount();
        Instant end = in.optionalTime();
        LeaseBalance balance = LeaseBalance.read(in);
        var lastReport = new LastReport(in.number(), in.number(), in.flag(), in.flag());
        LeaseGrant grant = in.flag() ? LeaseGrant.read(in) : null;
        return new StoredLease(
                account, openedMillis, balance, rejectedJobs, limit, end, grant, lastReport);
    }
}
