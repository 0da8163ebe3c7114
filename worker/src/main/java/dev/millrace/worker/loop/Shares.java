package dev.millrace.worker.loop;

import java.util.HashMap;
import java.util.Map;

/**
 * Divides what a worker may hold among its models, so that one that is slow delays no other. Half
 * of it is guaranteed to the models in equal parts, and nobody else can take it, used or not; the
 * other half goes to whoever needs it first. Some may be kept for jobs of priority {@code
 * critical}. A single model has all the rest. Belongs to the loop's thread.
 */
final class Shares {
    private final long guaranteed;
    private final long pool;
    private final long reserve;
    private final Map<String, Long> used = new HashMap<>();
    private long total;
    private long borrowed;

    /**
     * @param all what there is, in any unit
     * @param reserve how much of it only critical jobs may use
     * @param models how many share it, at least 1
     */
    Shares(long all, long reserve, int models) {
        this.reserve = reserve;
        long divided = all - reserve;
        long half = models == 1 ? divided : divided / 2;
        // A little that is left over for everybody is better than nothing for somebody.
        guaranteed = divided < models ? 0 : Math.max(1, half / models);
        pool = divided - guaranteed * models;
    }

    /** Whether that model may take so much more. */
    boolean fits(String model, long amount, boolean critical) {
        long more = borrowedBy(used(model) + amount) - borrowedBy(used(model));
        return more == 0 || borrowed + more <= pool + (critical ? reserve : 0);
    }

    /** Whether that model may take so much without borrowing. */
    boolean fitsOwnPart(long amount) {
        return amount <= guaranteed;
    }

    /** That model takes so much, whether it fits or not; a negative amount gives it back. */
    void add(String model, long amount) {
        long before = used(model);
        long after = before + amount;
        used.put(model, after);
        borrowed += borrowedBy(after) - borrowedBy(before);
        total += amount;
    }

    private long borrowedBy(long amount) {
        return Math.max(0, amount - guaranteed);
    }

    long used(String model) {
        return used.getOrDefault(model, 0L);
    }

    /** What all models use together. */
    long total() {
        return total;
    }
}
