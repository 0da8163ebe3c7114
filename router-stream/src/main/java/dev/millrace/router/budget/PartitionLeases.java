package dev.millrace.router.budget;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.router.budget.BudgetAccounts.Account;
import dev.millrace.router.budget.LeaseReport.Unaffordable;
import dev.millrace.router.budget.PartitionBudgets.Port;
import dev.millrace.router.entry.EntryScan;
import dev.millrace.router.waiting.Interval;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The partition's leases of accounts. Keeps the leases in use in memory. */
final class PartitionLeases {
    /** Leases that one tick visits, so that it is short however many tenants have waiting jobs. */
    static final int VISITED_AT_ONCE = 1_000;

    private final BudgetStore store;
    private final Port port;
    private final int partition;
    private final Map<String, Lease> open = new HashMap<>();

    /** Accounts whose leases this pass still has to visit for their reports. */
    private final Deque<String> unvisited = new ArrayDeque<>();

    /** Accounts whose leases have changed in this turn. */
    private final Set<String> changed = new HashSet<>();

    private final Interval sweeps = new Interval(Duration.ofHours(1), 0);
    private final EntryScan scan;

    PartitionLeases(BudgetStore store, Port port, int partition) {
        this.store = store;
        this.port = port;
        this.partition = partition;
        scan = store.leaseScan();
        scan.start();
        while (scan.isRunning()) {
            page().stream().filter(it -> !it.isQuiet()).forEach(it -> open.put(it.account(), it));
        }
    }

    private List<Lease> page() {
        return scan.page().stream().map(it -> Lease.decode(it.value, now())).toList();
    }

    private long now() {
        return port.clock().millis();
    }

    /** Returns the lease of an account; null if the partition has none. */
    @Nullable Lease find(String account) {
        if (!open.containsKey(account)) {
            store.lease(account, now()).ifPresent(it -> open.put(account, it));
        }
        return open.get(account);
    }

    /** Changes a lease; opens it again if it was deleted. */
    void change(String account, UnaryOperator<Lease> transition) {
        Lease found = find(account);
        put(transition.apply(found == null ? reopened(account) : found));
    }

    private void put(Lease lease) {
        open.put(lease.account(), lease);
        changed.add(lease.account());
    }

    /**
     * Returns the lease of an account, from which a job needs money.
     *
     * @param declaredLimit limit that a job's batch has declared; null for none
     */
    Lease open(Account account, @Nullable BigDecimal declaredLimit) {
        String id = account.id().account();
        Lease found = unexpired(account);
        Lease lease = found == null ? opened(account) : found;
        open.put(id, lease);
        if (lease.state() == Lease.State.COUNTING) {
            change(id, Lease::onNeeded);
        }
        if (account.id() instanceof ControlKey.BatchBudget
                && LeaseReport.isOtherLimit(lease.declaredLimit(), declaredLimit)) {
            change(id, it -> it.onDeclared(declaredLimit));
        }
        return Objects.requireNonNull(open.get(id));
    }

    private @Nullable Lease unexpired(Account account) {
        Lease found = find(account.id().account());
        return found == null || found.isExpired(port.clock().instant()) ? null : found;
    }

    /** Counts a cost for which an account has reserved nothing. */
    void count(Account account, BigDecimal usd) {
        Lease found = unexpired(account);
        Lease lease = found == null ? opened(account).counting(now()) : found;
        put(lease.onUnreserved(usd, now()));
    }

    private Lease opened(Account account) {
        return Lease.opened(account.id().account(), now(), account.periodEnd());
    }

    /**
     * Returns a lease in place of one that was deleted before its last grant or cost was read; a
     * job with a spent reservation can cost more, or end, days later. Its report has no lent money,
     * so that the owner can lend the granted money to others, and it has the spending since the
     * deletion. The lease is deleted again like the lease of an account without a period.
     */
    private Lease reopened(String account) {
        return Lease.opened(account, now(), null);
    }

    /** Applies a grant of the owner, and returns true if it changed a lease. */
    boolean onGrant(String account, LeaseGrant grant) {
        if (grant.equals(LeaseGrant.QUESTION)) {
            change(account, Lease::onNeeded);
            return false;
        }
        boolean isKnown = find(account) != null;
        if (isKnown || grant.lent().signum() > 0) {
            change(account, it -> it.onGrant(grant));
        }
        return isKnown;
    }

    /** Stores the changes of this turn. */
    void save() {
        changed.forEach(it -> store.put(Objects.requireNonNull(open.get(it))));
        changed.clear();
    }

    /**
     * Gives back money and sends the due reports of some leases. A pass over all leases ends before
     * the next one begins. Returns true if there was any report.
     */
    boolean report(Claims claims) {
        if (unvisited.isEmpty()) {
            unvisited.addAll(open.keySet());
        }
        boolean hasReported = false;
        List<String> quiet = new ArrayList<>();
        for (int i = 0; i < VISITED_AT_ONCE && !unvisited.isEmpty(); i++) {
            String account = unvisited.remove();
            Lease lease = open.get(account);
            if (lease != null) {
                Backlog backlog = claims.of(account);
                Lease.Tick tick = lease.onTick(partition, backlog, now());
                open.put(account, tick.lease());
                if (!tick.lease().balance().equals(lease.balance())) {
                    changed.add(account);
                }
                if (tick.due() != null) {
                    changed.add(account);
                    port.report(account, tick.due());
                    hasReported = true;
                } else if (tick.lease().isQuiet() && backlog.jobs() == 0) {
                    quiet.add(account);
                }
            }
        }
        save();
        open.keySet().removeAll(quiet);
        return hasReported;
    }

    /** Deletes leases that were not used for long, once an hour. */
    boolean sweep() {
        if (!scan.isRunning() && sweeps.isDue(now())) {
            scan.start();
        }
        List<String> expired =
                page().stream()
                        .map(it -> open.getOrDefault(it.account(), it))
                        .filter(it -> it.isExpired(port.clock().instant()))
                        .map(Lease::account)
                        .toList();
        expired.forEach(store::deleteLease);
        open.keySet().removeAll(expired);
        changed.removeAll(expired);
        return !expired.isEmpty();
    }

    /**
     * The longest waiting job that asks an account for money.
     *
     * @param amount amount that the job needs
     */
    record Claim(long sinceMillis, BigDecimal amount) {}

    /**
     * The parked jobs of an account.
     *
     * @param first null if no job asks the account for money
     * @param jobs number of all parked jobs of the account
     * @param usd amount needed by jobs that do not wait for another account first
     * @param aside jobs that need more than one of their accounts has left
     */
    record Backlog(@Nullable Claim first, long jobs, BigDecimal usd, Unaffordable aside) {
        private static final Backlog NONE =
                new Backlog(null, 0, BigDecimal.ZERO, Unaffordable.NONE);

        private Backlog plus(Backlog later) {
            return new Backlog(
                    first == null ? later.first : first,
                    jobs + later.jobs,
                    usd.add(later.usd),
                    aside.plus(later.aside));
        }
    }

    /**
     * The claims of a partition's parked jobs on its accounts. Each visit of a tenant replaces the
     * claims of the tenant's jobs when it ends, in the order in which the first jobs of its queues
     * arrived. No two tenants share an account.
     */
    static final class Claims {
        private final Map<String, Backlog> byAccount = new HashMap<>();
        private final Map<String, Set<String>> accounts = new HashMap<>();

        Backlog of(String account) {
            return byAccount.getOrDefault(account, Backlog.NONE);
        }

        /** Replaces the claims of a tenant by those of a visit. */
        void replace(String tenant, Claims visit) {
            forget(tenant);
            byAccount.putAll(visit.byAccount);
            accounts.putAll(visit.accounts);
        }

        /** Forgets the claims of a tenant. */
        void forget(String tenant) {
            byAccount.keySet().removeAll(accounts.getOrDefault(tenant, Set.of()));
            accounts.remove(tenant);
        }

        /** Forgets the claims of all other tenants, which have no parked jobs any more. */
        void retain(Set<String> tenants) {
            List.copyOf(accounts.keySet()).stream()
                    .filter(it -> !tenants.contains(it))
                    .forEach(this::forget);
        }

        /**
         * Adds the jobs of a queue; an earlier claim of the account remains the first.
         *
         * @param tenant visited tenant, which owns the added claims
         */
        void add(String tenant, String account, Backlog queue) {
            accounts.computeIfAbsent(tenant, _ -> new HashSet<>()).add(account);
            byAccount.merge(account, queue, Backlog::plus);
        }
    }
}
