package dev.millrace.router.budget.partition;

import dev.millrace.router.budget.LeaseReport.Unaffordable;
import dev.millrace.router.budget.partition.JobReservations.FundingLease;
import dev.millrace.router.budget.partition.ParkedEntry.Parked;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The claims of a partition's parked jobs on its accounts. Each visit of a tenant replaces the
 * claims of the tenant's jobs when it ends, in the order in which the first jobs of its queues
 * arrived. No two tenants share an account.
 */
final class Claims {
    private final Map<String, Claim> byAccount = new HashMap<>();
    private final Map<String, Backlog> backlogs = new HashMap<>();
    private final Map<String, Set<String>> accounts = new HashMap<>();

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
     * @param usd amount needed by jobs that do not wait for another account first
     * @param unaffordable jobs that need more than one of their accounts has left
     */
    record Backlog(long jobs, BigDecimal usd, Unaffordable unaffordable) {
        static final Backlog NONE = new Backlog(0, BigDecimal.ZERO, Unaffordable.NONE);

        /** Counts the jobs of a queue. */
        Backlog(long jobs, BigDecimal usd, UnaffordableJobs aside) {
            this(jobs, usd, new Unaffordable(aside.jobs(), aside.least()));
        }

        private Backlog plus(Backlog other) {
            return new Backlog(
                    jobs + other.jobs, usd.add(other.usd), unaffordable.plus(other.unaffordable));
        }
    }

    /**
     * Returns the first lease that does not cover the amount, or whose money an earlier job waits
     * for; null if there is none.
     */
    @Nullable FundingLease unpaid(List<FundingLease> fundingLeases, BigDecimal amount) {
        for (FundingLease funding : fundingLeases) {
            if (byAccount.containsKey(funding.id()) || !funding.lease().covers(amount)) {
                return funding;
            }
        }
        return null;
    }

    @Nullable Claim of(String account) {
        return byAccount.get(account);
    }

    Backlog backlog(String account) {
        return backlogs.getOrDefault(account, Backlog.NONE);
    }

    /** Replaces the claims of a tenant by those of a visit. */
    void replace(String tenant, Claims visit) {
        forget(tenant);
        byAccount.putAll(visit.byAccount);
        backlogs.putAll(visit.backlogs);
        accounts.putAll(visit.accounts);
    }

    /** Forgets the claims of a tenant. */
    void forget(String tenant) {
        Set<String> forgotten = accounts.remove(tenant);
        if (forgotten != null) {
            byAccount.keySet().removeAll(forgotten);
            backlogs.keySet().removeAll(forgotten);
        }
    }

    /** Forgets the claims of all other tenants, which have no parked jobs any more. */
    void retain(Set<String> tenants) {
        List.copyOf(accounts.keySet()).stream()
                .filter(it -> !tenants.contains(it))
                .forEach(this::forget);
    }

    /** Adds the first job of a queue; an earlier claim of the account remains. */
    void add(String account, Parked job, BigDecimal amount) {
        byAccount.putIfAbsent(account, new Claim(job.sinceMillis(), amount));
    }

    /**
     * Counts the jobs of a queue.
     *
     * @param tenant visited tenant, which owns the added claims
     */
    void count(String tenant, String account, Backlog queue) {
        accounts.computeIfAbsent(tenant, _ -> new HashSet<>()).add(account);
        backlogs.merge(account, queue, Backlog::plus);
    }
}
