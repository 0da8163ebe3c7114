package dev.millrace.router.budget.partition;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the parked jobs of a partition ask of its accounts. Belongs to one pass over the queues, in
 * the order in which their first jobs came.
 */
final class Claims {
    private final Map<String, Claim> byAccount = new HashMap<>();
    private final Map<String, Backlog> backlogs = new HashMap<>();

    /**
     * The longest waiting job that asks an account for money.
     *
     * @param amount amount that the job needs
     */
    record Claim(long sinceMillis, BigDecimal amount) {}

    /**
     * The parked jobs of an account.
     *
     * @param jobs number of all parked jobs of the account
     * @param usd amount that the jobs need which do not wait for another account first
     */
    record Backlog(long jobs, BigDecimal usd) {
        static final Backlog NONE = new Backlog(0, BigDecimal.ZERO);

        private Backlog plus(Backlog other) {
            return new Backlog(jobs + other.jobs, usd.add(other.usd));
        }
    }

    /** Returns true if a job that came earlier asks this account. */
    boolean has(String account) {
        return byAccount.containsKey(account);
    }

    @Nullable Claim of(String account) {
        return byAccount.get(account);
    }

    Backlog backlog(String account) {
        return backlogs.getOrDefault(account, Backlog.NONE);
    }

    /** Adds the first job of a queue; an earlier claim of the account remains. */
    void add(String account, ParkedJobs.Head head) {
        byAccount.putIfAbsent(account, new Claim(head.sinceMillis(), head.amount()));
    }

    /**
     * Counts the jobs of a queue.
     *
     * @param usd amount that the jobs ask of the account
     */
    void count(String account, long jobs, BigDecimal usd) {
        backlogs.merge(account, new Backlog(jobs, usd), Backlog::plus);
    }
}
