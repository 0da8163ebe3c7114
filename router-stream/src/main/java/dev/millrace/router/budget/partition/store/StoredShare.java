package dev.millrace.router.budget.partition.store;

import dev.millrace.router.budget.ShareBalance;
import dev.millrace.router.budget.ShareGrant;
import dev.millrace.router.budget.WaitingPartition;
import dev.millrace.router.entry.EntryReader;
import dev.millrace.router.entry.EntryWriter;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A partition's share of an account, as stored.
 *
 * @param account id of the account
 * @param share the money
 * @param sequence number of the last report
 * @param rejectedJobs total of rejected jobs
 * @param declaredLimit limit that the account's batch has declared; null for none
 * @param periodEnd end of the account's period; null if it never ends
 * @param grant latest grant of the owner; null before the first one
 * @param isReported whether the last report states the money
 * @param hasReportedWait whether a job waited at the time of the last report. The owner must learn
 *     that none waits any more, even if the router restarts in between
 */
public record StoredShare(
        String account,
        ShareBalance share,
        long sequence,
        long rejectedJobs,
        @Nullable BigDecimal declaredLimit,
        @Nullable Instant periodEnd,
        @Nullable ShareGrant grant,
        boolean isReported,
        boolean hasReportedWait) {
    /** How long after the end of its period a share is kept; the owner keeps its part longer. */
    private static final Duration KEPT = Duration.ofDays(1);

    private static final byte VERSION = 1;
    private static final int TYPICAL_BYTES = 192;

    /** Returns a share without money that nobody has reported. */
    public static StoredShare opened(String account, @Nullable Instant periodEnd) {
        return new StoredShare(
                account, ShareBalance.NONE, 0, 0, null, periodEnd, null, false, false);
    }

    /** Returns a copy with other money. */
    public StoredShare withShare(ShareBalance changed) {
        return new StoredShare(
                account,
                changed,
                sequence,
                rejectedJobs,
                declaredLimit,
                periodEnd,
                grant,
                false,
                hasReportedWait);
    }

    /** Returns a copy with another declared limit. */
    public StoredShare withDeclaredLimit(BigDecimal limit) {
        return new StoredShare(
                account,
                share,
                sequence,
                rejectedJobs,
                limit,
                periodEnd,
                grant,
                false,
                hasReportedWait);
    }

    /** Applies a grant of the owner. */
    public StoredShare onGrant(ShareGrant latest) {
        return new StoredShare(
                account,
                share.onLent(latest.lent()),
                sequence,
                rejectedJobs,
                declaredLimit,
                periodEnd,
                latest,
                isReported,
                hasReportedWait);
    }

    /** Counts a rejected job. */
    public StoredShare onRejected() {
        return new StoredShare(
                account,
                share,
                sequence,
                rejectedJobs + 1,
                declaredLimit,
                periodEnd,
                grant,
                false,
                hasReportedWait);
    }

    /**
     * Numbers the next report, which states everything.
     *
     * @param isWaiting whether a job waits
     */
    public StoredShare onReport(boolean isWaiting) {
        return new StoredShare(
                account,
                share,
                sequence + 1,
                rejectedJobs,
                declaredLimit,
                periodEnd,
                grant,
                true,
                isWaiting);
    }

    /**
     * Returns true if the account can never pay this amount: the money is spent, not only reserved.
     * Stays true until the limit is raised.
     *
     * @param limit of the account as this router knows it; the owner may know an older or newer one
     */
    public boolean excludes(BigDecimal amount, BigDecimal limit) {
        return grant != null
                && limit.max(grant.limit()).subtract(grant.spent()).compareTo(amount) < 0;
    }

    /**
     * Returns true if another partition waits for money of the account and comes first.
     *
     * @param own this partition's place; null if it does not wait
     */
    public boolean isAnotherFirst(int partition, @Nullable WaitingPartition own) {
        WaitingPartition first = grant == null ? null : grant.firstWaiting();
        return first != null
                && first.partition() != partition
                && (own == null || first.compareTo(own) < 0);
    }

    /** Returns true if more is lent than the limit allows, so that nothing may be reserved. */
    public boolean isOverLimit() {
        return grant != null && WaitingPartition.OVER_LIMIT.equals(grant.firstWaiting());
    }

    /** Returns true if the share needs no work until it is used again. */
    public boolean isQuiet() {
        return isReported
                && !hasReportedWait
                && share.reserved().signum() == 0
                && share.free().signum() <= 0;
    }

    /** Returns true if nothing can change the share any more. */
    public boolean isExpired(Instant now) {
        return periodEnd != null
                && now.isAfter(periodEnd.plus(KEPT))
                && share.reserved().signum() == 0;
    }

    byte[] encode() {
        var out =
                new EntryWriter(VERSION, TYPICAL_BYTES)
                        .text(account)
                        .number(sequence)
                        .number(rejectedJobs)
                        .text(declaredLimit == null ? "" : declaredLimit.toPlainString())
                        .text(periodEnd == null ? "" : periodEnd.toString());
        share.writeTo(out);
        out.flag(isReported).flag(hasReportedWait).flag(grant != null);
        if (grant != null) {
            grant.writeTo(out);
        }
        return out.toBytes();
    }

    static StoredShare decode(byte[] entry) {
        var in = new EntryReader(entry, VERSION, "a share of a budget");
        String account = in.text();
        long sequence = in.number();
        long rejectedJobs = in.number();
        String limit = in.text();
        String end = in.text();
        ShareBalance share = ShareBalance.read(in);
        boolean isReported = in.flag();
        boolean hasReportedWait = in.flag();
        return new StoredShare(
                account,
                share,
                sequence,
                rejectedJobs,
                limit.isEmpty() ? null : new BigDecimal(limit),
                end.isEmpty() ? null : Instant.parse(end),
                in.flag() ? ShareGrant.read(in) : null,
                isReported,
                hasReportedWait);
    }
}
