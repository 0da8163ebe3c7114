package dev.millrace.router.budget;

import dev.millrace.contracts.budget.OnExhausted;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlKey.TenantBudget;
import dev.millrace.router.budget.AccountLeases.Borrower;
import dev.millrace.router.budget.LeaseGrant.WaitingPartition;
import dev.millrace.router.budget.LeaseReport.Balance;
import dev.millrace.router.budget.LeaseReport.Demand;
import dev.millrace.router.budget.LeaseReport.Unaffordable;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The account that claimed tenants share in a period when {@link ClaimedTenants} has no room for
 * separate accounts.
 *
 * <p>Each partition still has a lease for each tenant. This account remembers the latest {@value
 * #MAX_LEASES} leases only: money of other leases counts as spent, and a report that is read again
 * is possibly paid again. So the tenants may spend less together than the limit, and never more.
 */
final class SharedAccount {
    /** The name under which the account is listed. A tenant with this name uses the account. */
    static final String TENANT = "(further tenants)";

    static final int MAX_LEASES = 1_000;

    /** The account stores its money as if it were lent to this partition. */
    static final int PARTITION = 0;

    private final OwnedAccount account;
    private final Map<Key, Counted> leases = new LinkedHashMap<>(16, 0.75f, true);
    private BigDecimal lent = BigDecimal.ZERO;
    private BigDecimal returned = BigDecimal.ZERO;
    private long sequence;

    /** Lent money that this account may get back, reserved money included. */
    private BigDecimal unspent = BigDecimal.ZERO;

    private BigDecimal reserved = BigDecimal.ZERO;

    private long waitingJobs;

    /** A tenant's lease in a partition; the account is the tenant's account. */
    private record Key(String account, int partition) {}

    /**
     * @param counted amount that was taken from the free money for this lease; at most this amount
     *     can come back
     */
    private record Counted(Borrower borrower, BigDecimal counted) {
        /** Returns the lent money that can come back, including reserved money. */
        BigDecimal unspent() {
            return borrower.outstanding().subtract(borrower.spent()).min(counted);
        }

        BigDecimal reserved() {
            return borrower.report().balance().reserved().min(unspent());
        }

        long waitingJobs() {
            return borrower.report().demand().waitingJobs();
        }
    }

    /**
     * Opens an account with possible earlier leases. Money that it has not got back counts as
     * spent.
     */
    SharedAccount(OwnedAccount account, long nowMillis) {
        this.account = account;
        if (account.money().partitions().contains(PARTITION)) {
            LeaseReport stored = account.money().lease(PARTITION).report();
            lent = stored.balance().lent();
            returned = stored.balance().returned();
            sequence = stored.sequence();
            if (stored.balance().reserved().signum() > 0 || stored.demand().waitingJobs() > 0) {
                store(nowMillis);
            }
        }
    }

    /** Returns the id of the account that tenants share in the period of a budget. */
    static TenantBudget id(TenantBudget budget) {
        return new TenantBudget(TENANT, budget.period(), budget.periodStart());
    }

    static boolean isShared(ControlKey.Budget id) {
        return id instanceof TenantBudget budget && budget.tenant().equals(TENANT);
    }

    OwnedAccount account() {
        return account;
    }

    /**
     * Lends what the first waiting job of a tenant needs, if enough is left. A report older than
     * the last one changes nothing; one of an earlier lease is answered.
     *
     * @return the grant to send; null if the partition already knows it
     */
    @Nullable LeaseGrant onReport(String tenantAccount, LeaseReport report, long nowMillis) {
        var key = new Key(tenantAccount, report.partition());
        Counted known = leases.get(key);
        if (known != null && !report.isAfter(known.borrower().report())) {
            return report.isOfEarlierLease(known.borrower().report())
                    ? grant(known.borrower())
                    : null;
        }
        remove(key);
        Counted lease = reported(known, report);
        Borrower borrower = lease.borrower();
        BigDecimal missing = borrower.missing();
        if (missing.compareTo(free()) <= 0) {
            lease = take(borrower.lend(missing), borrower.outstanding(), lease.counted());
        }
        remember(key, lease);
        store(nowMillis);
        return isKnown(lease.borrower()) ? null : grant(lease.borrower());
    }

    private Counted reported(@Nullable Counted known, LeaseReport report) {
        if (known != null && known.borrower().report().openedMillis() == report.openedMillis()) {
            Borrower before = known.borrower();
            return take(before.onReport(report), before.outstanding(), known.counted());
        }
        // The outstanding amount of an unknown lease was taken earlier.
        Balance balance = report.balance();
        BigDecimal before = balance.lent().subtract(balance.returned());
        return take(Borrower.first(report), before, BigDecimal.ZERO);
    }

    /**
     * Takes the growth of a lease from the free money, or puts its decrease back, but no more than
     * was taken.
     */
    private Counted take(Borrower lease, BigDecimal before, BigDecimal counted) {
        BigDecimal change = lease.outstanding().subtract(before).max(counted.negate());
        if (change.signum() < 0) {
            returned = returned.subtract(change);
        } else {
            lent = lent.add(change);
        }
        return new Counted(lease, counted.add(change));
    }

    private BigDecimal free() {
        return account.terms().limit().subtract(lent).add(returned);
    }

    private static boolean isKnown(Borrower lease) {
        LeaseReport report = lease.report();
        return report.demand().waitingJobs() == 0
                && lease.lent().compareTo(report.balance().lent()) == 0;
    }

    private LeaseGrant grant(Borrower lease) {
        LeaseReport report = lease.report();
        return new LeaseGrant(
                report.openedMillis(),
                lease.lent(),
                free().signum() < 0 ? WaitingPartition.OVER_LIMIT : null,
                account.terms().limit(),
                mayWait() ? report.balance().spent() : spent(),
                reserved);
    }

    /**
     * Returns true if jobs wait for money instead of being rejected. Such jobs must not wait aside:
     * a partition asks for no money for them, and would miss the money that a new entry of their
     * tenant brings.
     */
    private boolean mayWait() {
        return account.terms().onExhausted() == OnExhausted.PARK;
    }

    private BigDecimal spent() {
        return lent.subtract(returned).subtract(unspent);
    }

    private void remember(Key key, Counted lease) {
        leases.put(key, lease);
        unspent = unspent.add(lease.unspent());
        reserved = reserved.add(lease.reserved());
        waitingJobs += lease.waitingJobs();
        if (leases.size() > MAX_LEASES) {
            remove(leases.keySet().iterator().next());
        }
    }

    private void remove(Key key) {
        Counted removed = leases.remove(key);
        if (removed != null) {
            unspent = unspent.subtract(removed.unspent());
            reserved = reserved.subtract(removed.reserved());
            waitingJobs -= removed.waitingJobs();
        }
    }

    private void store(long nowMillis) {
        var balance = new Balance(lent, returned, reserved, spent());
        var demand = new Demand(null, lent, lent, waitingJobs, null, Unaffordable.NONE);
        var _ =
                account.onReport(
                        new LeaseReport(PARTITION, 0, ++sequence, balance, demand, 0, null),
                        nowMillis);
    }

    /**
     * The claimed tenants with separate accounts: tenants without an entry in the configuration or
     * in control, which get a copy of the budget of {@code default}. A request names its tenant, so
     * every job can bring a new one.
     *
     * <p>The first tenants of a period get separate accounts. Once one tenant is refused, all
     * further tenants are refused, so that no tenant spends the shared money and then money of a
     * separate account.
     */
    static final class ClaimedTenants {
        private final int max;
        private final Map<TenantBudget, Set<TenantBudget>> byPeriod = new HashMap<>();

        /**
         * @param max number of accounts in a period
         */
        ClaimedTenants(int max) {
            this.max = max;
        }

        boolean hasRoom(TenantBudget budget) {
            return byPeriod.getOrDefault(SharedAccount.id(budget), Set.of()).size() < max;
        }

        void add(TenantBudget budget) {
            byPeriod.computeIfAbsent(SharedAccount.id(budget), _ -> new HashSet<>()).add(budget);
        }

        void remove(TenantBudget budget) {
            byPeriod.computeIfPresent(
                    SharedAccount.id(budget),
                    (_, of) -> {
                        of.remove(budget);
                        return of.isEmpty() ? null : of;
                    });
        }
    }
}
