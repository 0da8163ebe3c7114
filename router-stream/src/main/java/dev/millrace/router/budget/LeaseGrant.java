package dev.millrace.router.budget;

import dev.millrace.router.entry.EntryReader;
import dev.millrace.router.entry.EntryWriter;
import java.math.BigDecimal;
import java.nio.BufferUnderflowException;
import java.time.Instant;
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
 * @param since when the limit was first set or last lowered, if the owner knows what each partition
 *     spent before; otherwise the epoch. Money lent under an earlier limit cannot be reserved
 */
public record LeaseGrant(
        long openedMillis,
        BigDecimal lent,
        @Nullable WaitingPartition firstWaiting,
        BigDecimal limit,
        BigDecimal spent,
        BigDecimal reserved,
        Instant since) {
    /** The lease of a {@link #question}, which changes no lease. */
    private static final long NO_LEASE = Long.MIN_VALUE;

    private static final byte VERSION = 3;
    private static final int TYPICAL_BYTES = 72;

    /**
     * Asks a partition to report what it has spent, since the owner must know it before it lends
     * under a new limit. Lends nothing.
     *
     * @param since when the limit was first set or last lowered
     */
    public static LeaseGrant question(Instant since) {
        return new LeaseGrant(
                NO_LEASE,
                BigDecimal.ZERO,
                null,
                BigDecimal.ZERO,
                BigDecimal.ZERO,
                BigDecimal.ZERO,
                since);
    }

    public boolean isQuestion() {
        return openedMillis == NO_LEASE;
    }

    /** Returns a copy under another limit. */
    public LeaseGrant withSince(Instant limit) {
        return new LeaseGrant(openedMillis, lent, firstWaiting, this.limit, spent, reserved, limit);
    }

    public byte[] toBytes() {
        var out = new EntryWriter(VERSION, TYPICAL_BYTES);
        writeTo(out);
        return out.toBytes();
    }

    /** Writes the grant as a part of an entry. */
    public void writeTo(EntryWriter out) {
        out.number(openedMillis).flag(firstWaiting != null);
        if (firstWaiting != null) {
            out.number(firstWaiting.sinceMillis()).count(firstWaiting.partition());
        }
        out.amount(lent).amount(limit).amount(spent).amount(reserved).time(since);
    }

    /** Reads a grant; empty for other bytes. */
    public static Optional<LeaseGrant> of(byte @Nullable [] bytes) {
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
    public static LeaseGrant read(EntryReader in) {
        long openedMillis = in.number();
        WaitingPartition first = in.flag() ? new WaitingPartition(in.number(), in.count()) : null;
        return new LeaseGrant(
                openedMillis, in.amount(), first, in.amount(), in.amount(), in.amount(), in.time());
    }
}
