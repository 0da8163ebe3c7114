package dev.millrace.router.budget;

import dev.millrace.router.entry.EntryReader;
import dev.millrace.router.entry.EntryWriter;
import java.math.BigDecimal;
import java.nio.BufferUnderflowException;
import java.util.Comparator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A grant of an account's owner to a partition. The account's id is the key of its record.
 *
 * @param openedMillis when the partition opened the lease that receives the grant, in milliseconds
 *     since the epoch
 * @param lent total lent to that lease
 * @param firstWaiting the partition that has waited longest for missing money of the account; null
 *     if none waits. Partitions after it in the order give back all free money. {@link
 *     WaitingPartition#OVER_LIMIT} if more is lent than the limit allows
 * @param limit of the budget
 * @param spent total that all partitions have reported as spent
 * @param reserved amount that all partitions have reported as reserved
 */
record LeaseGrant(
        long openedMillis,
        BigDecimal lent,
        @Nullable WaitingPartition firstWaiting,
        BigDecimal limit,
        BigDecimal spent,
        BigDecimal reserved) {
    /**
     * Asks a partition to report what it has spent. Differs from each grant, whose lease was opened
     * later.
     */
    static final LeaseGrant QUESTION =
            new LeaseGrant(
                    0, BigDecimal.ZERO, null, BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO);

    private static final byte VERSION = 2;
    private static final int TYPICAL_BYTES = 64;

    byte[] toBytes() {
        var out = new EntryWriter(VERSION, TYPICAL_BYTES);
        writeTo(out);
        return out.toBytes();
    }

    /** Writes the grant as a part of an entry. */
    void writeTo(EntryWriter out) {
        out.number(openedMillis).flag(firstWaiting != null);
        if (firstWaiting != null) {
            out.number(firstWaiting.sinceMillis()).count(firstWaiting.partition());
        }
        out.amount(lent).amount(limit).amount(spent).amount(reserved);
    }

    /** Reads a grant; empty for other bytes. */
    static Optional<LeaseGrant> of(byte @Nullable [] bytes) {
        if (bytes == null || bytes.length == 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(read(new EntryReader(bytes, VERSION, "a grant")));
        } catch (BufferUnderflowException | IllegalStateException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Reads what {@link #writeTo} wrote. */
    static LeaseGrant read(EntryReader in) {
        long openedMillis = in.number();
        WaitingPartition first = in.flag() ? new WaitingPartition(in.number(), in.count()) : null;
        return new LeaseGrant(
                openedMillis, in.amount(), first, in.amount(), in.amount(), in.amount());
    }

    /**
     * A partition with jobs that wait for money. All accounts serve partitions in one order;
     * otherwise two jobs that need money of two accounts could take it from each other forever.
     *
     * @param sinceMillis when its first waiting job began to wait, in milliseconds since the epoch
     * @param partition request partition, from 0
     */
    record WaitingPartition(long sinceMillis, int partition)
            implements Comparable<WaitingPartition> {
        /**
         * Precedes all partitions: each must give back its free money, since more is lent than the
         * limit allows.
         */
        static final WaitingPartition OVER_LIMIT = new WaitingPartition(0, Integer.MAX_VALUE);

        private static final Comparator<WaitingPartition> ORDER =
                Comparator.comparingLong(WaitingPartition::sinceMillis)
                        .thenComparingInt(WaitingPartition::partition);

        @Override
        public int compareTo(WaitingPartition other) {
            return ORDER.compare(this, other);
        }
    }
}
