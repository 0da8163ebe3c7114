package dev.millrace.router.budget.partition;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.router.budget.Account;
import dev.millrace.router.budget.DeclaredLimit;
import dev.millrace.router.budget.LeaseReport;
import dev.millrace.router.entry.EntryScan;
import dev.millrace.router.waiting.Interval;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The partition's leases of accounts. Keeps the leases in use in memory. */
final class PartitionLeases {
    /** Leases that one tick visits, so that it is short however many tenants have waiting jobs. */
    static final int VISITED_AT_ONCE = 1_000;

    private final BudgetStore store;
    private final BudgetServices services;
    private final BudgetOutputs outputs;
    private final int partition;
    private final Map<String, ActiveLease> open = new HashMap<>();

    /** Leases that this pass still has to visit for their reports. */
    private final Deque<ActiveLease> unvisited = new ArrayDeque<>();

    private final List<ActiveLease> changed = new ArrayList<>();

    private final Interval sweeps = new Interval(Duration.ofHours(1), 0);
    private final EntryScan scan;

    PartitionLeases(
            BudgetStore store, BudgetServices services, BudgetOutputs outputs, int partition) {
        this.store = store;
        this.services = services;
        this.outputs = outputs;
        this.partition = partition;
        scan = store.leaseScan();
        openUnfinished();
    }

    private void openUnfinished() {
        scan.start();
        while (scan.isRunning()) {
            BudgetStore.leases(scan.page()).stream().filter(it -> !it.isQuiet()).forEach(this::add);
        }
    }

    private ActiveLease add(StoredLease lease) {
        var added = new ActiveLease(lease, partition, services.clock().millis(), changed::add);
        open.put(lease.account(), added);
        return added;
    }

    /** Returns the lease of an account; null if the partition has none. */
    @Nullable ActiveLease find(String account) {
        ActiveLease found = open.get(account);
        return found != null ? found : store.lease(account).map(this::add).orElse(null);
    }

    /**
     * Returns the lease of an account.
     *
     * @param declaredLimit limit that a job's batch has declared; null for none
     */
    ActiveLease open(Account account, @Nullable BigDecimal declaredLimit) {
        ActiveLease found = unexpired(account);
        ActiveLease lease = found == null ? add(opened(account)) : found;
        if (lease.stored().isUnreported()) {
            lease.set(lease.stored().outdated());
        }
        if (declaredLimit != null
                && account.id() instanceof ControlKey.BatchBudget
                && DeclaredLimit.isOther(lease.stored().declaredLimit(), declaredLimit)) {
            lease.set(lease.stored().withDeclaredLimit(declaredLimit));
        }
        return lease;
    }

    private @Nullable ActiveLease unexpired(Account account) {
        ActiveLease found = find(account.id().account());
        return found == null || found.stored().isExpired(services.now()) ? null : found;
    }

    /** Counts a cost for which an account has reserved nothing. */
    void count(Account account, BigDecimal usd) {
        long now = services.clock().millis();
        ActiveLease found = unexpired(account);
        ActiveLease lease = found == null ? add(opened(account).unreported(now)) : found;
        lease.set(lease.stored().count(usd, now));
    }

    /** Lets the next report tell the owner what the partition has spent. */
    void answer(String account) {
        ActiveLease lease = findOrReopen(account);
        lease.set(lease.stored().outdated());
    }

    /** A job with a spent reservation can cost more, or end, days later. */
    ActiveLease findOrReopen(String account) {
        ActiveLease found = find(account);
        return found == null ? reopen(account) : found;
    }

    /**
     * Reopens a lease that was deleted before its last grant or cost was read. Its report has no
     * lent money, so that the owner can lend the granted money to others, and it has the spending
     * since the deletion. The lease is deleted again like the lease of an account without a period.
     */
    ActiveLease reopen(String account) {
        return add(StoredLease.opened(account, services.clock().millis(), null));
    }

    private StoredLease opened(Account account) {
        return StoredLease.opened(
                account.id().account(), services.clock().millis(), account.periodEnd());
    }

    /** Stores the changes of this turn. */
    void save() {
        for (ActiveLease lease : changed) {
            store.put(lease.stored());
            lease.onStored();
        }
        changed.clear();
    }

    /**
     * Gives back money and sends the due reports of some leases. A pass over all leases ends before
     * the next one begins. Returns true if there was any report.
     */
    boolean report(Claims claims) {
        if (unvisited.isEmpty()) {
            unvisited.addAll(open.values());
        }
        long now = services.clock().millis();
        boolean hasReported = false;
        List<String> quiet = new ArrayList<>();
        for (int i = 0; i < VISITED_AT_ONCE && !unvisited.isEmpty(); i++) {
            ActiveLease lease = unvisited.remove();
            String account = lease.stored().account();
            if (open.get(account) != lease) {
                continue;
            }
            lease.giveBack(claims.of(account), now);
            LeaseReport due = lease.dueReport(claims, now);
            if (due != null) {
                outputs.report(account, due);
                hasReported = true;
            } else if (lease.isQuiet(claims)) {
                quiet.add(account);
            }
        }
        save();
        open.keySet().removeAll(quiet);
        return hasReported;
    }

    /** Deletes leases that were not used for long, once an hour. */
    boolean sweep() {
        if (!scan.isRunning() && sweeps.isDue(services.clock().millis())) {
            scan.start();
        }
        var expired =
                BudgetStore.leases(scan.page()).stream()
                        .map(this::latest)
                        .filter(it -> it.isExpired(services.now()))
                        .toList();
        for (StoredLease lease : expired) {
            store.deleteLease(lease.account());
            open.remove(lease.account());
        }
        return !expired.isEmpty();
    }

    /** Returns a lease with the changes of this turn. */
    private StoredLease latest(StoredLease lease) {
        ActiveLease active = open.get(lease.account());
        return active == null ? lease : active.stored();
    }
}
