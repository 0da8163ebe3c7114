package dev.millrace.router.budget;

import dev.millrace.router.entry.EntryReader;
import dev.millrace.router.entry.EntryWriter;
import java.math.BigDecimal;

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
public record LeaseBalance(
        BigDecimal lent, BigDecimal returned, BigDecimal reserved, BigDecimal spent) {
    /** The balance of a partition that has borrowed nothing. */
    public static final LeaseBalance NONE =
            new LeaseBalance(BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO);

    /**
     * Returns the amount that can be reserved. It is negative only after a job cost more than its
     * reservation.
     */
    public BigDecimal free() {
        return lent.subtract(returned).subtract(reserved).subtract(spent);
    }

    /** Returns true if the amount can be reserved. */
    public boolean covers(BigDecimal amount) {
        return free().compareTo(amount) >= 0;
    }

    /** Applies a grant of the owner; an earlier grant changes nothing. */
    public LeaseBalance onLent(BigDecimal total) {
        return new LeaseBalance(lent.max(total), returned, reserved, spent);
    }

    /**
     * Reserves an amount for a job.
     *
     * @throws IllegalStateException if the free money does not cover the amount
     */
    public LeaseBalance reserve(BigDecimal amount) {
        if (!covers(amount)) {
            throw new IllegalStateException("the lease has " + free() + " free, not " + amount);
        }
        return new LeaseBalance(lent, returned, reserved.add(amount), spent);
    }

    /**
     * Turns reserved money into spent money.
     *
     * @param cost of an attempt; can exceed the remaining reservation
     * @param reservationLeft remaining amount of the job's reservation
     */
    public LeaseBalance charge(BigDecimal cost, BigDecimal reservationLeft) {
        return new LeaseBalance(
                lent, returned, reserved.subtract(cost.min(reservationLeft)), spent.add(cost));
    }

    /** Frees the remaining amount of a reservation. */
    public LeaseBalance unreserve(BigDecimal reservationLeft) {
        return new LeaseBalance(lent, returned, reserved.subtract(reservationLeft), spent);
    }

    /** Gives back all free money. */
    public LeaseBalance giveBack() {
        return new LeaseBalance(lent, returned.add(free().max(BigDecimal.ZERO)), reserved, spent);
    }

    /** Writes the balance as a part of an entry. */
    public void writeTo(EntryWriter out) {
        out.amount(lent).amount(returned).amount(reserved).amount(spent);
    }

    /** Reads what {@link #writeTo} wrote. */
    public static LeaseBalance read(EntryReader in) {
        return new LeaseBalance(in.amount(), in.amount(), in.amount(), in.amount());
    }
}
