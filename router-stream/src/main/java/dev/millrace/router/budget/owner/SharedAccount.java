package dev.millrace.router.budget.owner;

import dev.millrace.contracts.config.TenantConfig.OnExhausted;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlKey.TenantBudget;
import dev.millrace.router.budget.ShareBalance;
import dev.millrace.router.budget.ShareGrant;
import dev.millrace.router.budget.ShareReport;
import dev.millrace.router.budget.ShareReport.Demand;
import dev.millrace.router.budget.ShareReport.Unaffordable;
import dev.millrace.router.budget.WaitingPartition;
import java.math.BigDecimal;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The account that claimed tenants share in a period when {@link ClaimedTenants} has no room for
 * separate accounts.
 *
 * <p>Each partition still has a share for each tenant. This account remembers only the latest
 * {@value #MAX_LOANS} loans: money of other loans counts as spent, and a report that is read again
 * can be paid again. The tenants can therefore spend less together than the limit, but never more.
 */
final class SharedAccount {
    /** The name under which the account is listed. A tenant with this name uses the account. */
    static final String TENANT = "(further tenants)";

    static final int MAX_LOANS = 1_000;

    /** The account stores its money as if it were lent to this partition. */
    static final int PARTITION = 0;

    private final OwnedAccount account;
    private final Map<Borrower, Loan> loans = new LinkedHashMap<>(16, 0.75f, true);
    private BigDecimal lent = BigDecimal.ZERO;
    private BigDecimal returned = BigDecimal.ZERO;
    private long sequence;

    /** Lent money that this account may get back, reserved money included. */
    private BigDecimal unspent = BigDecimal.ZERO;

    private BigDecimal reserved = BigDecimal.ZERO;

    private long waitingJobs;

    /** A tenant's share in a partition; the account is the tenant's account. */
    private record Borrower(String account, int partition) {}

    /**
     * @param lent total lent to the share
     * @param counted amount that this account has taken from its free money since it knows the
     *     loan, and can get back
     */
    private record Loan(ShareReport report, BigDecimal lent, BigDecimal counted) {
        private ShareBalance share() {
            return report.share();
        }

        /** Returns the amount lent and not returned, or more if jobs cost more than reserved. */
        BigDecimal outstanding() {
            return lent.subtract(share().returned()).max(share().spent().add(share().reserved()));
        }

        /** Returns the money that this account can get back, including reserved money. */
        BigDecimal unspent() {
            return outstanding().subtract(share().spent()).min(counted);
        }

        BigDecimal reserved() {
            return share().reserved().min(unspent());
        }
    }

    /**
     * Opens an account with possible earlier loans. Money that it has not got back counts as spent.
     */
    SharedAccount(OwnedAccount account, long nowMillis) {
        this.account = account;
        if (account.money().partitions().contains(PARTITION)) {
            ShareReport stored = account.money().loan(PARTITION).report();
            lent = stored.share().lent();
            returned = stored.share().returned();
            sequence = stored.sequence();
            if (stored.share().reserved().signum() > 0 || stored.demand().waitingJobs() > 0) {
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
     * @return the grant that the partition has to know; null if it knows all
     */
    @Nullable ShareGrant onReport(String tenantAccount, ShareReport report, long nowMillis) {
        var borrower = new Borrower(tenantAccount, report.partition());
        Loan known = loans.get(borrower);
        if (known != null && !report.isAfter(known.report())) {
            return null;
        }
        var _ = remove(borrower);
        Loan loan = reported(known, report);
        BigDecimal missing = missing(loan);
        if (missing.compareTo(free()) <= 0) {
            var larger = new Loan(report, loan.lent().add(missing), loan.counted());
            loan = take(larger, loan.outstanding());
        }
        remember(borrower, loan);
        store(nowMillis);
        return grant(loan);
    }

    private Loan reported(@Nullable Loan known, ShareReport report) {
        ShareBalance share = report.share();
        if (known != null && known.report().openedMillis() == report.openedMillis()) {
            BigDecimal total = known.lent().max(share.lent());
            return take(new Loan(report, total, known.counted()), known.outstanding());
        }
        // The outstanding amount of an unknown loan was taken earlier.
        return take(
                new Loan(report, share.lent(), BigDecimal.ZERO),
                share.lent().subtract(share.returned()));
    }

    /**
     * Takes the growth of a loan from the free money, or puts its decrease back, but no more than
     * was taken.
     */
    private Loan take(Loan loan, BigDecimal before) {
        BigDecimal change = loan.outstanding().subtract(before).max(loan.counted().negate());
        if (change.signum() < 0) {
            returned = returned.subtract(change);
        } else {
            lent = lent.add(change);
        }
        return new Loan(loan.report(), loan.lent(), loan.counted().add(change));
    }

    private static BigDecimal missing(Loan loan) {
        Demand demand = loan.report().demand();
        return demand.waitingSinceMillis() == null
                ? BigDecimal.ZERO
                : demand.neededLent().subtract(loan.lent()).max(BigDecimal.ZERO);
    }

    private BigDecimal free() {
        return account.terms().limit().subtract(lent).add(returned);
    }

    private @Nullable ShareGrant grant(Loan loan) {
        ShareReport report = loan.report();
        boolean isKnown =
                report.demand().waitingJobs() == 0
                        && loan.lent().compareTo(report.share().lent()) == 0;
        return isKnown
                ? null
                : new ShareGrant(
                        report.openedMillis(),
                        loan.lent(),
                        free().signum() < 0 ? WaitingPartition.OVER_LIMIT : null,
                        account.terms().limit(),
                        mayWait() ? report.share().spent() : spent(),
                        reserved);
    }

    /**
     * Returns true if jobs wait for money. They must not wait aside: a partition stops asking for a
     * job that waits aside, although its tenant can get an entry, and money with it.
     */
    private boolean mayWait() {
        return account.terms().onExhausted() == OnExhausted.PARK;
    }

    private BigDecimal spent() {
        return lent.subtract(returned).subtract(unspent);
    }

    private void remember(Borrower borrower, Loan loan) {
        loans.put(borrower, loan);
        unspent = unspent.add(loan.unspent());
        reserved = reserved.add(loan.reserved());
        waitingJobs += loan.report().demand().waitingJobs();
        if (loans.size() > MAX_LOANS) {
            Iterator<Borrower> oldest = loans.keySet().iterator();
            var _ = remove(oldest.next());
        }
    }

    private @Nullable Loan remove(Borrower borrower) {
        Loan removed = loans.remove(borrower);
        if (removed != null) {
            unspent = unspent.subtract(removed.unspent());
            reserved = reserved.subtract(removed.reserved());
            waitingJobs -= removed.report().demand().waitingJobs();
        }
        return removed;
    }

    private void store(long nowMillis) {
        var share = new ShareBalance(lent, returned, reserved, spent());
        var demand = new Demand(null, lent, lent, waitingJobs, null, Unaffordable.NONE);
        var _ =
                account.onReport(
                        new ShareReport(PARTITION, 0, ++sequence, share, demand, 0, null),
                        nowMillis);
    }
}
