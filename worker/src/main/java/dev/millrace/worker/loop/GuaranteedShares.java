package dev.millrace.worker.loop;

import java.util.HashMap;
import java.util.Map;

/**
 * Divides what a worker may hold among those who need it, such as its models, so that one that is
 * slow delays no other. Half of it is guaranteed to them by their weights, and nobody else can take
 * it, used or not; the other half goes to whoever needs it first. Some may be kept for jobs of
 * priority {@code critical}. Who is alone has all the rest. Belongs to the loop's thread.
 *
 * @param <P> who shares
 */
final class GuaranteedShares<P> {
    private final Map<P, Long> guaranteed = new HashMap<>();
    private final long pool;
    private final long reserve;
    private final Map<P, Long> used = new HashMap<>();
    private long total;
    private long borrowed;

    /**
     * @param all what there is, in any unit
     * @param reserve how much of it only critical jobs may use
     * @param weights of all who share it, at least one of them and at least 1 each
     */
    GuaranteedShares(long all, long reserve, Map<P, Integer> weights) {
        this.reserve = reserve;
        long divided = all - reserve;
        long half = weights.size() == 1 ? divided : divided / 2;
        long sum = weights.values().stream().mapToLong(Integer::longValue).sum();
        // A little that is left over for everybody is better than nothing for somebody.
        long least = divided < weights.size() ? 0 : 1;
        weights.forEach(
                (party, weight) ->
                        guaranteed.put(
                                party, least == 0 ? 0 : Math.max(least, half * weight / sum)));
        pool = divided - guaranteed.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Whether that one may take so much more. */
    boolean fits(P party, long amount, boolean critical) {
        long before = used(party);
        long more = borrowedBy(party, before + amount) - borrowedBy(party, before);
        return more == 0 || borrowed + more <= pool + (critical ? reserve : 0);
    }

    /** Whether that one may take so much without borrowing. */
    boolean fitsOwnPart(P party, long amount) {
        return amount <= guaranteed.getOrDefault(party, 0L);
    }

    /** That one takes so much, whether it fits or not; a negative amount gives it back. */
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

    /** What all use together. */
    long total() {
        return total;
    }
}
