package dev.millrace.worker.capacity;

import java.util.HashMap;
import java.util.Map;

/**
 * Divides an amount of bytes among parties such as topics, so that a slow party delays no other.
 * Half of the amount is guaranteed to the parties by weight; no party can use another's guarantee,
 * even an unused one. The other half is first come, first served. A single party gets everything.
 * Belongs to the loop's thread.
 *
 * @param <P> the parties
 */
final class GuaranteedShares<P> {
    private final Map<P, Long> guaranteed = new HashMap<>();
    private final long pool;
    private final Map<P, Long> used = new HashMap<>();
    private long total;
    private long borrowed;

    /**
     * @param all the amount to divide, in bytes
     * @param weights of all parties, at least one and each at least 1
     */
    GuaranteedShares(long all, Map<P, Integer> weights) {
        long half = weights.size() == 1 ? all : all / 2;
        long sum = weights.values().stream().mapToLong(Integer::longValue).sum();
        // Every party gets at least a little, if possible.
        long least = all < weights.size() ? 0 : 1;
        weights.forEach(
                (party, weight) ->
                        guaranteed.put(
                                party, least == 0 ? 0 : Math.max(least, half * weight / sum)));
        pool = all - guaranteed.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Returns true when the party may take the amount. */
    boolean fits(P party, long amount) {
        long before = used(party);
        long more = borrowedBy(party, before + amount) - borrowedBy(party, before);
        return more == 0 || borrowed + more <= pool;
    }

    /** Returns true when the party may hold the amount without borrowing. */
    boolean fitsGuarantee(P party, long amount) {
        return amount <= guaranteed.getOrDefault(party, 0L);
    }

    /** Adds to the amount that the party uses, even if it does not fit; may be negative. */
    void add(P party, long amount) {
        long before = used(party);
        long after = before + amount;
        used.put(party, after);
        borrowed += borrowedBy(party, after) - borrowedBy(party, before);
        total += amount;
    }

    private long borrowedBy(P party, long amount) {
        return Math.max(0, amount - guaranteed.getOrDefault(party, 0L));
    }

    long used(P party) {
        return used.getOrDefault(party, 0L);
    }

    /** Returns the amount that all parties use. */
    long total() {
        return total;
    }
}
