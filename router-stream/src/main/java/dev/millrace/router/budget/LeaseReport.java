package dev.millrace.router.budget;

import dev.millrace.router.entry.EntryReader;
import dev.millrace.router.entry.EntryWriter;
import java.math.BigDecimal;
import java.nio.BufferUnderflowException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A report of a partition to an account's owner. A report has the full state, so that the owner
 * needs only the latest one. The account's id is the key of its record.
 *
 * @param partition request partition, from 0
 * @param openedMillis when the partition opened its lease, in milliseconds since the epoch;
 *     distinguishes the lease from an earlier, deleted one
 * @param sequence number of the report of this lease, from 1
 * @param balance the partition's money
 * @param demand the partition's needs
 * @param rejectedJobs jobs that the partition has rejected since it opened the lease
 * @param declaredLimit limit that the account's batch has declared; null for none
 * @param since newest limit of which the owner has asked, by the time when it was first set or last
 *     lowered; the epoch if it has not asked
 */
public record LeaseReport(
        int partition,
        long openedMillis,
        long sequence,
        LeaseBalance balance,
        Demand demand,
        long rejectedJobs,
        @Nullable BigDecimal declaredLimit,
        Instant since) {
    private static final byte VERSION = 4;
    private static final int TYPICAL_BYTES = 136;
    private static final long NOBODY_WAITS = Long.MIN_VALUE;

    /**
     * The needs of a partition. Amounts are totals, so they cannot be served twice.
     *
     * @param neededUsd amount that the first waiting job needs; null if no job needs money of this
     *     account
     * @param neededLent total to lend to the partition so that its first waiting job is covered;
     *     without a waiting job, at most the total already lent
     * @param wantedLent total to lend so that the partition need not ask again soon; at least
     *     {@code neededLent}
     * @param waitingJobs jobs that wait for this account or for another account of the job
     * @param waitingSinceMillis when the first of these jobs began to wait, in milliseconds since
     *     the epoch; null if no job needs money of this account
     * @param unaffordable waiting jobs that wait aside and ask for nothing
     */
    public record Demand(
            @Nullable BigDecimal neededUsd,
            BigDecimal neededLent,
            BigDecimal wantedLent,
            long waitingJobs,
            @Nullable Long waitingSinceMillis,
            Unaffordable unaffordable) {}

    /**
     * Jobs that need more than one of their accounts has left.
     *
     * @param jobs number of jobs
     * @param leastUsd lower bound of the amounts that they need; null if there are none
     */
    public record Unaffordable(long jobs, @Nullable BigDecimal leastUsd) {
        public static final Unaffordable NONE = new Unaffordable(0, null);

        /** Returns the jobs of both. */
        public Unaffordable plus(Unaffordable other) {
            if (leastUsd == null || other.leastUsd == null) {
                return leastUsd == null ? other : this;
            }
            return new Unaffordable(jobs + other.jobs, leastUsd.min(other.leastUsd));
        }
    }

    /** Returns true if the same partition sent this report later than another one. */
    public boolean isAfter(LeaseReport other) {
        return openedMillis == other.openedMillis
                ? sequence > other.sequence
                : openedMillis > other.openedMillis;
    }

    /** Returns true if the lease was never used and is not needed. */
    public boolean isEmpty() {
        return balance.lent().signum() == 0
                && demand.waitingJobs() == 0
                && demand.waitingSinceMillis() == null
                && rejectedJobs == 0
                && since.equals(Instant.EPOCH);
    }

    /** Returns a copy that also answers an earlier question. */
    LeaseReport answering(Instant limit) {
        return limit.isAfter(since)
                ? new LeaseReport(
                        partition,
                        openedMillis,
                        sequence,
                        balance,
                        demand,
                        rejectedJobs,
                        declaredLimit,
                        limit)
                : this;
    }

    public byte[] toBytes() {
        Long since = demand.waitingSinceMillis();
        var out =
                new EntryWriter(VERSION, TYPICAL_BYTES)
                        .count(partition)
                        .number(openedMillis)
                        .number(sequence)
                        .number(demand.waitingJobs())
                        .number(since == null ? NOBODY_WAITS : since)
                        .number(rejectedJobs)
                        .optionalAmount(demand.neededUsd())
                        .amount(demand.neededLent())
                        .amount(demand.wantedLent())
                        .optionalAmount(declaredLimit)
                        .number(demand.unaffordable().jobs())
                        .optionalAmount(demand.unaffordable().leastUsd());
        balance.writeTo(out);
        out.time(this.since);
        return out.toBytes();
    }

    /** Reads a report; empty for other bytes. */
    public static Optional<LeaseReport> of(byte @Nullable [] bytes) {
        if (bytes == null || bytes.length == 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(read(new EntryReader(bytes, VERSION, "a report")));
        } catch (BufferUnderflowException | IllegalStateException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static LeaseReport read(EntryReader in) {
        int partition = in.count();
        long openedMillis = in.number();
        long sequence = in.number();
        long waitingJobs = in.number();
        long since = in.number();
        long rejectedJobs = in.number();
        BigDecimal neededUsd = in.optionalAmount();
        BigDecimal neededLent = in.amount();
        BigDecimal wantedLent = in.amount();
        BigDecimal limit = in.optionalAmount();
        var unaffordable = new Unaffordable(in.number(), in.optionalAmount());
        var demand =
                new Demand(
                        neededUsd,
                        neededLent,
                        wantedLent,
                        waitingJobs,
                        since == NOBODY_WAITS ? null : since,
                        unaffordable);
        return new LeaseReport(
                partition,
                openedMillis,
                sequence,
                LeaseBalance.read(in),
                demand,
                rejectedJobs,
                limit,
                in.time());
    }
}
