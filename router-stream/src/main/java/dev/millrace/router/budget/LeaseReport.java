package dev.millrace.router.budget;

import dev.millrace.router.entry.EntryReader;
import dev.millrace.router.entry.EntryWriter;
import java.math.BigDecimal;
import java.nio.BufferUnderflowException;
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
 */
record LeaseReport(
        int partition,
        long openedMillis,
        long sequence,
        Balance balance,
        Demand demand,
        long rejectedJobs,
        @Nullable BigDecimal declaredLimit) {
    private static final byte VERSION = 3;
    private static final int TYPICAL_BYTES = 128;
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
    record Demand(
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
    record Unaffordable(long jobs, @Nullable BigDecimal leastUsd) {
        static final Unaffordable NONE = new Unaffordable(0, null);

        /** Returns the jobs of both. */
        Unaffordable plus(Unaffordable other) {
            if (leastUsd == null || other.leastUsd == null) {
                return leastUsd == null ? other : this;
            }
            return new Unaffordable(jobs + other.jobs, leastUsd.min(other.leastUsd));
        }
    }

    /** Returns true if the same partition sent this report later than another one. */
    boolean isAfter(LeaseReport other) {
        return openedMillis == other.openedMillis
                ? sequence > other.sequence
                : openedMillis > other.openedMillis;
    }

    /**
     * Returns true if the same partition opened this lease before another one, by its clock. It is
     * a deleted lease, or the clock was set back.
     */
    boolean isOfEarlierLease(LeaseReport other) {
        return openedMillis < other.openedMillis;
    }

    /** Returns true if the lease was never used and is not needed. */
    boolean isEmpty() {
        return balance.lent().signum() == 0
                && demand.waitingJobs() == 0
                && demand.waitingSinceMillis() == null
                && rejectedJobs == 0;
    }

    /** Returns true if a batch's limit is declared that differs from the previous one. */
    static boolean isOtherLimit(@Nullable BigDecimal before, @Nullable BigDecimal declared) {
        return declared != null && (before == null || before.compareTo(declared) != 0);
    }

    byte[] toBytes() {
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
        return out.toBytes();
    }

    /** Reads a report; empty for other bytes. */
    static Optional<LeaseReport> of(byte @Nullable [] bytes) {
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
                partition, openedMillis, sequence, Balance.read(in), demand, rejectedJobs, limit);
    }

    /**
     * The money of an account that one request partition holds, in US dollars. Immutable.
     *
     * <pre>
     *          lent                     reserve            charge
     * owner ───────► free ───────────────────► reserved ──────────► spent
     *       ◄───────      ◄───────────────────
     *        returned          unreserve
     * </pre>
     *
     * @param lent total that the owner has lent, at least 0; only grows
     * @param returned total given back to the owner, at least 0; only grows
     * @param reserved amount that unfinished jobs may still spend, at least 0
     * @param spent total that was billed or possibly billed, at least 0; only grows
     */
    record Balance(BigDecimal lent, BigDecimal returned, BigDecimal reserved, BigDecimal spent) {
        /** The balance of a partition that has borrowed nothing. */
        static final Balance NONE =
                new Balance(BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO);

        /**
         * Returns the amount that can be reserved. It is negative only after a job cost more than
         * its reservation.
         */
        BigDecimal free() {
            return lent.subtract(returned).subtract(reserved).subtract(spent);
        }

        /** Returns true if the amount can be reserved; 0 always can. */
        boolean covers(BigDecimal amount) {
            return free().max(BigDecimal.ZERO).compareTo(amount) >= 0;
        }

        /** Applies a grant of the owner; an earlier grant changes nothing. */
        Balance onLent(BigDecimal total) {
            return new Balance(lent.max(total), returned, reserved, spent);
        }

        /** Reserves a covered amount for a job. */
        Balance reserve(BigDecimal amount) {
            return new Balance(lent, returned, reserved.add(amount), spent);
        }

        /**
         * Turns reserved money into spent money.
         *
         * @param cost of an attempt; can exceed the remaining reservation
         * @param reservationLeft remaining amount of the job's reservation
         */
        Balance charge(BigDecimal cost, BigDecimal reservationLeft) {
            return new Balance(
                    lent, returned, reserved.subtract(cost.min(reservationLeft)), spent.add(cost));
        }

        /** Frees the remaining amount of a reservation. */
        Balance unreserve(BigDecimal reservationLeft) {
            return new Balance(lent, returned, reserved.subtract(reservationLeft), spent);
        }

        /** Gives back all free money. */
        Balance giveBack() {
            return new Balance(lent, returned.add(free().max(BigDecimal.ZERO)), reserved, spent);
        }

        /** Writes the balance as a part of an entry. */
        void writeTo(EntryWriter out) {
            out.amount(lent).amount(returned).amount(reserved).amount(spent);
        }

        /** Reads what {@link #writeTo} wrote. */
        static Balance read(EntryReader in) {
            return new Balance(in.amount(), in.amount(), in.amount(), in.amount());
        }
    }
}
