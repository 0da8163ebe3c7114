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
 * @param leftUsd amount that the job can still spend
 * @param atMillis when the money was reserved, in milliseconds since the epoch
 */
public record Reservation(List<String> accounts, BigDecimal leftUsd, long atMillis) {
    private static final byte VERSION = 1;
    private static final int TYPICAL_BYTES = 96;

    public Reservation {
        accounts = List.copyOf(accounts);
    }

    /** Returns the reservation after an attempt, whose cost can exceed the amount left. */
    public Reservation charge(BigDecimal cost) {
        return new Reservation(accounts, leftUsd.subtract(cost).max(BigDecimal.ZERO), atMillis);
    }

    byte[] encode() {
        var out = new EntryWriter(VERSION, TYPICAL_BYTES).amount(leftUsd).number(atMillis);
        out.count(accounts.size());
        accounts.forEach(out::text);
        return out.toBytes();
    }

    static Reservation decode(byte[] entry) {
        var in = new EntryReader(entry, VERSION, "a reservation");
        BigDecimal leftUsd = in.amount();
        long atMillis = in.number();
        int count = in.count();
        List<String> accounts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            accounts.add(in.text());
        }
        return new Reservation(accounts, leftUsd, atMillis);
    }
}
