package dev.millrace.router.budget;

import dev.millrace.contracts.budget.BudgetState;
import dev.millrace.contracts.budget.OnExhausted;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.router.budget.BudgetAccounts.Account;
import dev.millrace.router.entry.EntryReader;
import dev.millrace.router.entry.EntryWriter;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** One account: its money, its terms, and its last sent and published state. */
final class OwnedAccount {
    /**
     * Time for which an account is kept after its period; partitions keep their leases for less.
     */
    static final Duration KEPT = Duration.ofDays(2);

    private static final BigDecimal HALF = new BigDecimal("0.5");
    private static final BigDecimal MOST = new BigDecimal("0.8");

    private final ControlKey.Budget id;
    private final AccountLeases money;
    private final Map<Integer, LeaseGrant> sent = new HashMap<>();

    /** Partitions that have reported since the last grants were sent. */
    private final Set<Integer> reported = new HashSet<>();

    /** Partitions that have reported since control has a limit. */
    private final Set<Integer> answered = new HashSet<>();

    private Terms terms;
    private @Nullable BudgetState published;
    private long reportedMillis;

    OwnedAccount(ControlKey.Budget id, Terms terms, @Nullable BudgetState published) {
        this.id = id;
        this.terms = terms;
        this.published = published;
        money = new AccountLeases(terms.limit());
    }

    ControlKey.Budget id() {
        return id;
    }

    AccountLeases money() {
        return money;
    }

    Terms terms() {
        return terms;
    }

    /** Applies new terms, and returns true if they differ from the present ones. */
    boolean onTerms(Terms changed) {
        if (changed.equals(terms)) {
            return false;
        }
        boolean isOtherLimit =
                !terms.equals(Terms.UNKNOWN) && changed.limit().compareTo(terms.limit()) != 0;
        terms = isOtherLimit ? changed.rejectedBefore(money.rejectedJobs()) : changed;
        money.onLimit(terms.limit());
        return true;
    }

    /** Applies a report, and returns true if it is new. */
    boolean onReport(LeaseReport report, long nowMillis) {
        boolean isNew = money.onReport(report);
        if (isNew) {
            reported.add(report.partition());
            answered.add(report.partition());
            reportedMillis = nowMillis;
        }
        return isNew;
    }

    /** Restores what was known of a partition. */
    void restore(OwnerStore.StoredBorrower partition) {
        money.restore(partition.lease());
        reportedMillis = Math.max(reportedMillis, partition.reportedMillis());
    }

    /** Returns the stored form of a partition's lease. */
    OwnerStore.StoredBorrower toStored(int partition) {
        return new OwnerStore.StoredBorrower(id.account(), money.lease(partition), reportedMillis);
    }

    /** Returns true if a partition has possibly not received its last grant. */
    boolean isGrantDue() {
        return money.partitions().stream()
                .map(money::lease)
                .anyMatch(
                        it ->
                                isWaiting(it.report())
                                        || it.report().balance().lent().compareTo(it.lent()) != 0);
    }

    /** Lends money, and passes on each grant that its partition has to know. */
    void lend(BiConsumer<Integer, LeaseGrant> onGrant) {
        money.lend();
        for (int partition : money.partitions()) {
            LeaseGrant grant = money.grant(partition);
            if (isDue(partition, grant, sent.get(partition))) {
                sent.put(partition, grant);
                onGrant.accept(partition, grant);
            }
        }
        reported.clear();
    }

    /**
     * A waiting partition must know the spending of the others, and gets an answer to each report.
     * A partition that has deleted its lease and opened another one knows no limit.
     */
    private boolean isDue(int partition, LeaseGrant now, @Nullable LeaseGrant before) {
        if (before == null || isWaiting(money.lease(partition).report())) {
            return !now.equals(before) || reported.contains(partition);
        }
        return now.openedMillis() != before.openedMillis()
                || now.lent().compareTo(before.lent()) != 0
                || now.limit().compareTo(before.limit()) != 0
                || !Objects.equals(now.firstWaiting(), before.firstWaiting());
    }

    private static boolean isWaiting(LeaseReport report) {
        return report.demand().waitingSinceMillis() != null;
    }

    /** Returns the state to publish; empty if only its time differs from the published state. */
    Optional<BudgetState> unpublished(Instant now) {
        BudgetState state = state(published == null ? now : published.at());
        if (state.equals(published)) {
            return Optional.empty();
        }
        published = state(now);
        return Optional.of(published);
    }

    /**
     * Returns true if workers must learn the limit, or that it is exceeded, before more is lent.
     * They call jobs as long as a limit covers what is reserved.
     */
    boolean isUrgent() {
        return published == null
                || published.limitUsd().compareTo(terms.limit()) != 0
                || published.exceeds(published.limitUsd())
                        != state(published.at()).exceeds(terms.limit());
    }

    boolean hasAnswered(int partition) {
        return answered.contains(partition);
    }

    /** Takes partitions as having reported. */
    void answer(List<Integer> partitions) {
        answered.addAll(partitions);
    }

    void forgetAnswers() {
        answered.clear();
    }

    /** Forgets the published state, and returns true if there was one. */
    boolean withdraw() {
        boolean wasPublished = published != null;
        published = null;
        return wasPublished;
    }

    /** Returns the alert threshold that was published last; 0 if none was. */
    int publishedAlert() {
        return published == null ? 0 : published.alertPercent();
    }

    /** Returns the current state. */
    BudgetState state(Instant at) {
        return new BudgetState(
                terms.limit(),
                money.spent(),
                // The shared account's money is lent to tenants, and no job names it.
                SharedAccount.isShared(id) ? money.reserved() : money.reservedOrLent(),
                new BudgetState.Waiting(
                        money.waitingJobs(),
                        Optional.ofNullable(money.neededUsd()),
                        money.unaffordable().jobs()),
                money.rejectedJobs(),
                alertPercent(),
                terms.onExhausted(),
                Optional.ofNullable(terms.periodEnd()),
                at);
    }

    /**
     * Returns the highest alert threshold that is reached. The rest of a budget seldom covers a job
     * exactly. A nearly spent budget therefore counts as exhausted if jobs were rejected, or if
     * jobs wait although no running job will give money back.
     */
    private int alertPercent() {
        BigDecimal spent = money.spent();
        if (spent.compareTo(terms.limit()) >= 0) {
            return 100;
        }
        if (spent.compareTo(terms.limit().multiply(MOST)) >= 0) {
            boolean isStuck = money.waitingJobs() > 0 && money.reserved().signum() == 0;
            return isStuck || money.rejectedJobs() > terms.rejectedBefore() ? 100 : 80;
        }
        return spent.compareTo(terms.limit().multiply(HALF)) >= 0 ? 50 : 0;
    }

    /**
     * Returns true if the account is unused, and its period has ended or it is an account of a
     * batch.
     *
     * @param unusedSince an account without a report since then is unused
     */
    boolean isObsolete(Instant now, Instant unusedSince) {
        return Instant.ofEpochMilli(reportedMillis).isBefore(unusedSince)
                && switch (id) {
                    case ControlKey.TenantBudget _, ControlKey.KeyBudget _ -> hasEnded(now);
                    case ControlKey.BatchBudget _ -> money.isSettled();
                };
    }

    /** The budget of a tenant without periods, or of an API key, never ends. */
    private boolean hasEnded(Instant now) {
        Instant end = terms.periodEnd();
        return end != null
                && now.isAfter(end.plus(KEPT))
                && money.reserved().signum() == 0
                && money.waitingJobs() == 0;
    }

    /**
     * The terms of an account.
     *
     * @param limit in US dollars; 0 without a budget
     * @param declaredLimit limit that the requests of a batch declared last; null for none
     * @param periodEnd end of the account's period; null if it never ends
     * @param onExhausted what happens to a job that the account does not cover
     * @param rejectedBefore jobs that were rejected before the limit was changed
     */
    record Terms(
            BigDecimal limit,
            @Nullable BigDecimal declaredLimit,
            @Nullable Instant periodEnd,
            OnExhausted onExhausted,
            long rejectedBefore) {
        /** The terms of an account without a budget: nothing can be lent. */
        static final Terms UNKNOWN = new Terms(BigDecimal.ZERO, null, null, OnExhausted.PARK, 0);

        private static final byte VERSION = 2;
        private static final int TYPICAL_BYTES = 64;

        byte[] toBytes() {
            return new EntryWriter(VERSION, TYPICAL_BYTES)
                    .amount(limit)
                    .optionalAmount(declaredLimit)
                    .optionalTime(periodEnd)
                    .flag(onExhausted == OnExhausted.REJECT)
                    .number(rejectedBefore)
                    .toBytes();
        }

        static Terms of(byte[] bytes) {
            var in = new EntryReader(bytes, VERSION, "terms of an account");
            return new Terms(
                    in.amount(),
                    in.optionalAmount(),
                    in.optionalTime(),
                    in.flag() ? OnExhausted.REJECT : OnExhausted.PARK,
                    in.number());
        }

        /** Returns true if the account has no limit, so that nothing can be lent. */
        boolean isUnknown() {
            return limit.signum() == 0;
        }

        /** Returns true if no limit is in effect, or possibly only the declared one. */
        boolean isDeclared() {
            return isUnknown() || (declaredLimit != null && declaredLimit.compareTo(limit) == 0);
        }

        /** Returns the terms with the limit in force. */
        Terms with(Account found) {
            return new Terms(
                    found.limit(),
                    declaredLimit,
                    found.periodEnd(),
                    found.onExhausted(),
                    rejectedBefore);
        }

        /** Returns the terms of an account whose limit is removed, or not in effect yet. */
        Terms withoutLimit() {
            return new Terms(
                    BigDecimal.ZERO, declaredLimit, periodEnd, onExhausted, rejectedBefore);
        }

        /** Returns the terms with the limit that a report declares, if any. */
        Terms declared(@Nullable BigDecimal declared) {
            return LeaseReport.isOtherLimit(declaredLimit, declared)
                    ? new Terms(limit, declared, periodEnd, onExhausted, rejectedBefore)
                    : this;
        }

        /** Returns the terms of a limit that was changed after the given number of rejections. */
        Terms rejectedBefore(long jobs) {
            return new Terms(limit, declaredLimit, periodEnd, onExhausted, jobs);
        }
    }
}
