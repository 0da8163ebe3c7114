package dev.millrace.router.budget.partition;

import dev.millrace.router.entry.EntryReader;
import dev.millrace.router.entry.EntryWriter;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/**
 * The money reserved for an unfinished job, an equal amount in each of its accounts.
 *
 * @param accounts ids of the accounts
 * @param leftUsd amount that the job can still spend; of a job that has returned, the amount that
 *     its unread cost events can have
 * @param chargedUsd sum of the job's cost events
 * @param atMillis when the money was reserved, or the job returned for more, in milliseconds since
 *     the epoch
 * @param attempts calls that the job had made when it last returned; 0 before
 */
public record Reservation(
        List<String> accounts,
        BigDecimal leftUsd,
        BigDecimal chargedUsd,
        long atMillis,
        int attempts) {
    private static final byte VERSION = 2;
    private static final int TYPICAL_BYTES = 96;

    public Reservation {
        accounts = List.copyOf(accounts);
    }

    /** Creates the reservation of a job that was not called. */
    static Reservation first(List<String> accounts, BigDecimal usd, long nowMillis) {
        return new Reservation(accounts, usd, BigDecimal.ZERO, nowMillis, 0);
    }

    /** Returns the reservation after an attempt, whose cost can exceed the amount left. */
    public Reservation charge(BigDecimal cost) {
        return new Reservation(
                accounts,
                leftUsd.subtract(cost).max(BigDecimal.ZERO),
                chargedUsd.add(cost),
                atMillis,
                attempts);
    }

    /**
     * Returns the reservation of a job that has returned: money is left only for unread cost
     * events.
     *
     * @param spentUsd most that the job has spent
     */
    Reservation onReturned(BigDecimal spentUsd, int attemptsSoFar, long nowMillis) {
        BigDecimal unread = spentUsd.subtract(chargedUsd).max(BigDecimal.ZERO);
        return new Reservation(accounts, leftUsd.min(unread), chargedUsd, nowMillis, attemptsSoFar);
    }

    /**
     * Returns the reservation for another attempt.
     *
     * @param paying ids of the accounts that pay from now on
     * @param usd amount that is left then
     */
    Reservation again(List<String> paying, BigDecimal usd, long nowMillis) {
        return new Reservation(paying, usd, chargedUsd, nowMillis, attempts);
    }

    byte[] encode() {
        var out =
                new EntryWriter(VERSION, TYPICAL_BYTES)
                        .amount(leftUsd)
                        .amount(chargedUsd)
                        .number(atMillis);
        out.count(attempts);
        out.count(accounts.size());
        accounts.forEach(out::text);
        return out.toBytes();
    }

    static Reservation decode(byte[] entry) {
        var in = new EntryReader(entry, VERSION, "a reservation");
        BigDecimal leftUsd = in.amount();
        BigDecimal chargedUsd = in.amount();
        long atMillis = in.number();
        int attempts = in.count();
        int count = in.count();
        List<String> accounts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            accounts.add(in.text());
        }
        return new Reservation(accounts, leftUsd, chargedUsd, atMillis, attempts);
    }
}
