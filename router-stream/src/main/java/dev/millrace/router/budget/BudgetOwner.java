package dev.millrace.router.budget;

import dev.millrace.contracts.budget.BudgetLimit;
import dev.millrace.contracts.budget.BudgetState;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlKey.TenantBudget;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.router.budget.BudgetAccounts.Account;
import dev.millrace.router.budget.OwnedAccount.Terms;
import dev.millrace.router.budget.OwnerStore.Uptime;
import dev.millrace.router.budget.SharedAccount.ClaimedTenants;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns all accounts. Each method runs within one transaction: its writes to the store, its messages
 * and the handled report are committed together.
 */
final class BudgetOwner {
    private static final Logger LOG = LoggerFactory.getLogger(BudgetOwner.class);
    private static final long PUBLISH_MILLIS = Duration.ofSeconds(1).toMillis();

    /** Longest wait for what partitions have spent before an account got its limit. */
    private static final long ANSWER_MILLIS = Duration.ofSeconds(10).toMillis();

    /** Number of states published at once, so that many accounts do not flood the control topic. */
    private static final int PUBLISHED_AT_ONCE = 100;

    /** Number of accounts checked at once, so that a tick is short however many there are. */
    static final int CHECKED_AT_ONCE = 1_000;

    /**
     * Number of tenants without an entry that get separate accounts in each period; further tenants
     * share one. The accounts of a period take some ten megabytes at most.
     */
    static final int CLAIMED_TENANTS = 10_000;

    /**
     * Additional time for which a batch's account is kept after the batch can no longer be
     * repeated.
     */
    private static final Duration BATCH_MARGIN = Duration.ofDays(1);

    private final OwnerStore store;
    private final Duration batchesKept;
    private final int partitions;
    private final Uptime uptime;
    private final Supplier<BudgetSnapshot> budgets;
    private final InstantSource clock;
    private final BudgetMetrics metrics;
    private final Outputs outputs;
    private final Map<String, OwnedAccount> accounts = new HashMap<>();

    private final ClaimedTenants claimed;

    /** The shared accounts, by period. */
    private final Map<TenantBudget, SharedAccount> shared = new HashMap<>();

    /** Accounts that wait for reports before their first limit, with the time in milliseconds. */
    private final Map<OwnedAccount, Long> asked = new HashMap<>();

    /** Accounts whose partitions possibly need a grant. */
    private final Set<OwnedAccount> due = new LinkedHashSet<>();

    /** Accounts whose state possibly needs publishing. */
    private final Set<OwnedAccount> changed = new LinkedHashSet<>();

    /** Accounts that this pass still has to check for being obsolete. */
    private final Deque<OwnedAccount> unchecked = new ArrayDeque<>();

    private Map<ControlKey.Limit, BudgetLimit> limits;
    private long publishedMillis;

    /**
     * Restores the accounts.
     *
     * @param entries the store {@link OwnerStore#NAME}
     * @param repeatsWindow time after a job's end in which further requests are repeats; the
     *     account of a batch is kept for longer
     * @param partitions number of partitions that can spend money
     * @param claimedTenants number of tenants without an entry that get separate accounts in each
     *     period
     * @param budgets supplies the current limits
     */
    BudgetOwner(
            KeyValueStore<Bytes, byte[]> entries,
            Duration repeatsWindow,
            int partitions,
            int claimedTenants,
            Supplier<BudgetSnapshot> budgets,
            InstantSource clock,
            BudgetMetrics metrics,
            Outputs outputs) {
        store = new OwnerStore(entries);
        batchesKept = repeatsWindow.plus(BATCH_MARGIN);
        this.partitions = partitions;
        uptime = new Uptime(store);
        claimed = new ClaimedTenants(claimedTenants);
        this.budgets = budgets;
        this.clock = clock;
        this.metrics = metrics;
        this.outputs = outputs;
        limits = control().budgets().limits();
        restore();
    }

    private void restore() {
        for (Map.Entry<String, Terms> stored : store.terms()) {
            ControlKey.Budget.ofAccount(stored.getKey())
                    .ifPresent(id -> accounts.put(stored.getKey(), open(id, stored.getValue())));
        }
        for (OwnerStore.StoredBorrower stored : store.partitions()) {
            OwnedAccount account = accounts.get(stored.account());
            if (account != null) {
                account.restore(stored);
            }
        }
        for (OwnedAccount account : accounts.values()) {
            onOpened(account);
            applyTerms(account);
            changed.add(account);
            if (SharedAccount.isShared(account.id())) {
                store.put(account.toStored(SharedAccount.PARTITION));
            }
            if (account.isGrantDue()) {
                due.add(account);
            }
        }
    }

    private void onOpened(OwnedAccount account) {
        if (account.id() instanceof TenantBudget budget) {
            if (SharedAccount.isShared(budget)) {
                shared.put(budget, new SharedAccount(account, clock.millis()));
            } else if (!budgets.get().accounts().hasEntry(budget.tenant())) {
                claimed.add(budget);
            }
        }
    }

    private OwnedAccount open(ControlKey.Budget id, Terms terms) {
        return new OwnedAccount(id, terms, control().budgets().states().get(id));
    }

    private ControlState control() {
        return budgets.get().control();
    }

    /** Handles a report. Ignores a record of another program. */
    void onReport(String key, byte @Nullable [] value) {
        Optional<ControlKey.Budget> id = ControlKey.Budget.ofAccount(key);
        Optional<LeaseReport> report = LeaseReport.of(value);
        if (id.isPresent() && report.isPresent()) {
            onReport(id.get(), report.get());
        }
    }

    private void onReport(ControlKey.Budget id, LeaseReport report) {
        String key = id.account();
        OwnedAccount account = accounts.get(key);
        boolean isOpened = account == null;
        if (account == null && (report.isEmpty() || isForgotten(id))) {
            return;
        }
        if (id instanceof TenantBudget budget && isShared(budget, account)) {
            lendShared(budget, report);
            return;
        }
        if (account == null) {
            account = open(id, Terms.UNKNOWN);
            accounts.put(key, account);
            onOpened(account);
        }
        if (account.onReport(report, clock.millis())) {
            applyTerms(account, account.terms().declared(report.declaredLimit()), isOpened);
            store.put(account.toStored(report.partition()));
            due.add(account);
            changed.add(account);
        } else if (report.isOfEarlierLease(account.money().lease(report.partition()).report())) {
            outputs.grant(key, report.partition(), account.money().grant(report.partition()));
        }
    }

    /**
     * Returns true if the account of a period, or the shared account in its place, was removed: a
     * new account would not know the past spending.
     */
    private boolean isForgotten(ControlKey.Budget id) {
        return !(id instanceof TenantBudget budget && shared.containsKey(SharedAccount.id(budget)))
                && budgets.get()
                        .accounts()
                        .find(id, null)
                        .map(Account::periodEnd)
                        .filter(end -> clock.instant().isAfter(end.plus(OwnedAccount.KEPT)))
                        .isPresent();
    }

    /** Returns true if a tenant has, or would get, no separate account in a period. */
    private boolean isShared(TenantBudget budget, @Nullable OwnedAccount account) {
        return SharedAccount.isShared(budget)
                || (account == null
                        && !budgets.get().accounts().hasEntry(budget.tenant())
                        && (shared.containsKey(SharedAccount.id(budget))
                                || !claimed.hasRoom(budget)));
    }

    private void lendShared(TenantBudget budget, LeaseReport report) {
        SharedAccount lender = shared.get(SharedAccount.id(budget));
        if (lender == null) {
            lender = openShared(SharedAccount.id(budget));
        }
        applyTerms(lender.account());
        LeaseGrant grant = lender.onReport(budget.account(), report, clock.millis());
        store.put(lender.account().toStored(SharedAccount.PARTITION));
        changed.add(lender.account());
        if (grant != null) {
            outputs.grant(budget.account(), report.partition(), grant);
        }
    }

    private SharedAccount openShared(TenantBudget id) {
        OwnedAccount account = open(id, Terms.UNKNOWN);
        accounts.put(id.account(), account);
        onOpened(account);
        applyTerms(account, account.terms(), true);
        LOG.atWarn()
                .addKeyValue("account", id.account())
                .log(
                        "Too many tenants without an entry have a budget in this period; further"
                                + " ones share one budget. Bind request topics to tenants, or give"
                                + " the tenants entries");
        return Objects.requireNonNull(shared.get(id));
    }

    private void applyTerms(OwnedAccount account) {
        applyTerms(account, account.terms(), false);
    }

    /** Applies the limit in force, once it is known what was spent before it. */
    private void applyTerms(OwnedAccount account, Terms known, boolean isOpened) {
        BudgetAccounts inForce = budgets.get().accounts();
        Optional<Account> found = inForce.find(account.id(), known.declaredLimit());
        boolean isAwaiting = awaitsReports(account, inForce);
        Terms terms =
                found.map(it -> isAwaiting ? known : known.with(it)).orElse(known.withoutLimit());
        if (account.onTerms(terms) || isOpened) {
            store.put(account.id().account(), account.terms());
            due.add(account);
            changed.add(account);
        }
    }

    /**
     * Returns true if a first limit in control has to wait, since partitions have possibly spent
     * money without it. A partition that has reported reports all that it spends, for a day.
     */
    private boolean awaitsReports(OwnedAccount account, BudgetAccounts inForce) {
        boolean isLimited = inForce.isLimited(account.id());
        if (!isLimited) {
            account.forgetAnswers();
        }
        if (!isLimited
                || !account.terms().isDeclared()
                || account.id() instanceof ControlKey.KeyBudget
                || unreported(account).isEmpty()) {
            asked.remove(account);
            return false;
        }
        long now = clock.millis();
        if (Math.abs(now - asked.computeIfAbsent(account, _ -> now)) >= ANSWER_MILLIS) {
            account.answer(unreported(account));
            asked.remove(account);
            return false;
        }
        due.add(account);
        return true;
    }

    private List<Integer> unreported(OwnedAccount account) {
        return IntStream.range(0, partitions)
                .filter(it -> !account.hasAnswered(it))
                .boxed()
                .toList();
    }

    /**
     * Sends the grants that are due, and publishes changed states.
     *
     * @return true if there is something to commit
     */
    boolean onTick() {
        if (accounts.isEmpty()) {
            return false;
        }
        long now = clock.millis();
        // The difference is negative if the clock was set back.
        boolean isPublishing = Math.abs(now - publishedMillis) >= PUBLISH_MILLIS;
        checkLimits();
        if (isPublishing) {
            List.copyOf(asked.keySet()).forEach(this::applyTerms);
        }
        boolean hasWorked = !due.isEmpty();
        due.forEach(this::lend);
        due.clear();
        if (isPublishing) {
            publishedMillis = now;
            hasWorked |= publish(Instant.ofEpochMilli(now));
        }
        return hasWorked;
    }

    /**
     * Applies changed limits in control. Rare, since only operators change them, so visiting all
     * accounts is cheap enough.
     */
    private void checkLimits() {
        Map<ControlKey.Limit, BudgetLimit> current = control().budgets().limits();
        if (!current.equals(limits)) {
            accounts.values().stream()
                    .filter(it -> isOther(it.id().limit(), current))
                    .forEach(this::applyTerms);
        }
        // The next comparison of an equal map ends at once.
        limits = current;
    }

    private boolean isOther(ControlKey.Limit limit, Map<ControlKey.Limit, BudgetLimit> current) {
        return !Objects.equals(current.get(limit), limits.get(limit));
    }

    private void lend(OwnedAccount account) {
        if (asked.containsKey(account)) {
            String id = account.id().account();
            unreported(account).forEach(it -> outputs.grant(id, it, LeaseGrant.QUESTION));
        }
        if (account.isUrgent() && budgets.get().accounts().isLimited(account.id())) {
            var _ = publish(account, clock.instant());
        }
        if (SharedAccount.isShared(account.id())) {
            return;
        }
        account.lend((partition, grant) -> send(account, partition, grant));
    }

    private void send(OwnedAccount account, int partition, LeaseGrant grant) {
        store.put(account.toStored(partition));
        outputs.grant(account.id().account(), partition, grant);
    }

    private boolean publish(Instant now) {
        boolean hasWorked = uptime.onTick(now);
        hasWorked |= deleteObsolete(now);
        int published = 0;
        Iterator<OwnedAccount> next = changed.iterator();
        for (int i = 0;
                i < CHECKED_AT_ONCE && published < PUBLISHED_AT_ONCE && next.hasNext();
                i++) {
            OwnedAccount account = next.next();
            next.remove();
            published += publish(account, now) ? 1 : 0;
        }
        metrics.onTick(now);
        return hasWorked || published > 0;
    }

    /** Publishes a changed state; without a limit, the account has none. */
    private boolean publish(OwnedAccount account, Instant now) {
        if (account.terms().isUnknown()) {
            boolean wasPublished = account.withdraw();
            if (wasPublished) {
                metrics.remove(account.id());
                outputs.state(ControlRecord.removal(account.id()));
            }
            return wasPublished;
        }
        int alert = account.publishedAlert();
        Optional<BudgetState> state = account.unpublished(now);
        state.ifPresent(
                it -> {
                    logAlert(account, alert, it);
                    outputs.state(new ControlRecord(account.id(), it.toJson()));
                });
        metrics.show(account.id(), account.state(now));
        return state.isPresent();
    }

    private static void logAlert(OwnedAccount account, int before, BudgetState state) {
        if (state.alertPercent() > before) {
            LOG.atWarn()
                    .addKeyValue("account", account.id().account())
                    .addKeyValue("percent", state.reachedPercent())
                    .addKeyValue("limit_usd", state.limitUsd().toPlainString())
                    .addKeyValue("spent_usd", state.spentUsd().toPlainString())
                    .addKeyValue("waiting_jobs", state.waitingJobs())
                    .addKeyValue("rejected_jobs", state.rejectedJobs())
                    .log(state.alertPercent() == 100 ? "Budget exhausted" : "Budget alert");
        }
    }

    /** Checks some accounts; a pass over all ends before the next begins. */
    private boolean deleteObsolete(Instant now) {
        if (unchecked.isEmpty()) {
            unchecked.addAll(accounts.values());
        }
        var obsolete = new ArrayList<OwnedAccount>();
        for (int i = 0; i < CHECKED_AT_ONCE && !unchecked.isEmpty(); i++) {
            OwnedAccount account = unchecked.remove();
            if (account.isObsolete(now, unusedSince(account.id(), now))) {
                obsolete.add(account);
            }
        }
        for (OwnedAccount account : obsolete) {
            String key = account.id().account();
            store.delete(key, account.money().partitions());
            accounts.remove(key);
            asked.remove(account);
            due.remove(account);
            changed.remove(account);
            metrics.remove(account.id());
            if (account.id() instanceof TenantBudget budget) {
                claimed.remove(budget);
                shared.remove(budget);
            }
            outputs.state(ControlRecord.removal(account.id()));
        }
        return !obsolete.isEmpty();
    }

    /**
     * Returns the time since which an account without a report is not in use. After a long pause,
     * or a jump of this clock, the owner waits for reports before it removes accounts.
     */
    private Instant unusedSince(ControlKey.Budget id, Instant now) {
        Duration kept =
                switch (id) {
                    case TenantBudget _, ControlKey.KeyBudget _ -> OwnedAccount.KEPT;
                    case ControlKey.BatchBudget _ -> batchesKept;
                };
        Instant since = now.minus(kept);
        return uptime.since().isAfter(since) ? Instant.EPOCH : since;
    }

    /** Forgets the accounts in the metrics, since another process may own them now. */
    void close() {
        metrics.clear();
    }

    /** Where the owner of the accounts sends its records. */
    interface Outputs {
        /** Sends a grant to a request partition. */
        void grant(String account, int partition, LeaseGrant grant);

        /** Publishes or deletes the state of an account. */
        void state(ControlRecord record);
    }
}
