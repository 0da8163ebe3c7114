package dev.millrace.router.budget.owner;

import dev.millrace.contracts.budget.OnExhausted;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlKey.TenantBudget;
import dev.millrace.router.budget.LeaseBalance;
import dev.millrace.router.budget.LeaseGrant;
import dev.millrace.router.budget.LeaseReport;
import dev.millrace.router.budget.LeaseReport.Demand;
import dev.millrace.router.budget.LeaseReport.Unaffordable;
import dev.millrace.router.budget.WaitingPartition;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
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
    private final Map<Borrower, Lease> leases = new LinkedHashMap<>(16, 0.75f, true);
    private BigDecimal lent = BigDecimal.ZERO;
    private BigDecimal returned = BigDecimal.ZERO;
    private long sequence;

    /** Lent money that this account may get back, reserved money included. */
    private BigDecimal unspent = BigDecimal.ZERO;

    private BigDecimal reserved = BigDecimal.ZERO;

    private long waitingJobs;

    /** A tenant's lease in a partition; the account is the tenant's account. */
    private record Borrower(String account, int partition) {}

    /**
     * @param lent total lent to the lease
     * @param counted amount that was taken from the free money for this lease; at most this amount
     *     can come back
     */
    private record Lease(LeaseReport report, BigDecimal lent, BigDecimal counted) {
        private LeaseBalance balance() {
            return report.balance();
        }

        /** Returns the amount lent and not returned, or more if jobs cost more than reserved. */
        BigDecimal outstanding() {
            return lent.subtract(balance().returned())
                    .max(balance().spent().add(balance().reserved()));
        }

        /** Returns the lent money that can come back, including reserved money. */
        BigDecimal unspent() {
            return outstanding().subtract(balance().spent()).min(counted);
        }

        BigDecimal reserved() {
            return balance().reserved().min(unspent());
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
     * the last one changes nothing.
     *
     * @return the grant to send; null if the partition already knows it
     */
    @Nullable LeaseGrant onReport(String tenantAccount, LeaseReport report, long nowMillis) {
        var borrower = new Borrower(tenantAccount, report.partition());
        Lease known = leases.get(borrower);
        if (known != null && !report.isAfter(known.report())) {
            return null;
        }
        var _ = remove(borrower);
        Lease lease = reported(known, report);
        BigDecimal missing = missing(lease);
        if (missing.compareTo(free()) <= 0) {
            var larger = new Lease(report, lease.lent().add(missing), lease.counted());
            lease = take(larger, lease.outstanding());
        }
        remember(borrower, lease);
        store(nowMillis);
        return grant(lease);
    }

    private Lease reported(@Nullable Lease known, LeaseReport report) {
        LeaseBalance balance = report.balance();
        if (known != null && known.report().openedMillis() == report.openedMillis()) {
            BigDecimal total = known.lent().max(balance.lent());
            return take(new Lease(report, total, known.counted()), known.outstanding());
        }
        // The outstanding amount of an unknown lease was taken earlier.
        return take(
                new Lease(report, balance.lent(), BigDecimal.ZERO),
                balance.lent().subtract(balance.returned()));
    }

    /**
     * Takes the growth of a lease from the free money, or puts its decrease back, but no more than
     * was taken.
     */
    private Lease take(Lease lease, BigDecimal before) {
        BigDecimal change = lease.outstanding().subtract(before).max(lease.counted().negate());
        if (change.signum() < 0) {
            returned = returned.subtract(change);
        } else {
            lent = lent.add(change);
        }
        return new Lease(lease.report(), lease.lent(), lease.counted().add(change));
    }

    private static BigDecimal missing(Lease lease) {
        Demand demand = lease.report().demand();
        return demand.waitingSinceMillis() == null
                ? BigDecimal.ZERO
                : demand.neededLent().subtract(lease.lent()).max(BigDecimal.ZERO);
    }

    private BigDecimal free() {
        return account.terms().limit().subtract(lent).add(returned);
    }

    private @Nullable LeaseGrant grant(Lease lease) {
        LeaseReport report = lease.report();
        boolean isKnown =
                report.demand().waitingJobs() == 0
                        && lease.lent().compareTo(report.balance().lent()) == 0;
        return isKnown
                ? null
                : new LeaseGrant(
                        report.openedMillis(),
                        lease.lent(),
                        free().signum() < 0 ? WaitingPartition.OVER_LIMIT : null,
                        account.terms().limit(),
                        mayWait() ? report.balance().spent() : spent(),
                        reserved,
                        Instant.EPOCH);
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

    private void remember(Borrower borrower, Lease lease) {
        leases.put(borrower, lease);
        unspent = unspent.add(lease.unspent());
        reserved = reserved.add(lease.reserved());
        waitingJobs += lease.report().demand().waitingJobs();
        if (leases.size() > MAX_LEASES) {
            Iterator<Borrower> oldest = leases.keySet().iterator();
            var _ = remove(oldest.next());
        }
    }

    private @Nullable Lease remove(Borrower borrower) {
        Lease removed = leases.remove(borrower);
        if (removed != null) {
            unspent = unspent.subtract(removed.unspent());
            reserved = reserved.subtract(removed.reserved());
            waitingJobs -= removed.report().demand().waitingJobs();
        }
        return removed;
    }

    private void store(long nowMillis) {
        var balance = new LeaseBalance(lent, returned, reserved, spent());
        var demand = new Demand(null, lent, lent, waitingJobs, null, Unaffordable.NONE);
        var _ =
                account.onReport(
                        new LeaseReport(
                                PARTITION, 0, ++sequence, balance, demand, 0, null, Instant.EPOCH),
                        nowMillis);
    }
}
