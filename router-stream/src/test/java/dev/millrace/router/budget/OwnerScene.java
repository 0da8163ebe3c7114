package dev.millrace.router.budget;

import dev.millrace.configuration.TenantConfig;
import dev.millrace.configuration.TenantConfig.Budget;
import dev.millrace.contracts.budget.BudgetLimit;
import dev.millrace.contracts.budget.BudgetState;
import dev.millrace.contracts.budget.OnExhausted;
import dev.millrace.contracts.budget.Period;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlKey.TenantBudget;
import dev.millrace.contracts.control.ControlKey.TenantLimit;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.router.budget.LeaseReport.Balance;
import dev.millrace.router.budget.LeaseReport.Demand;
import dev.millrace.router.budget.LeaseReport.Unaffordable;
import dev.millrace.router.entry.TreeStore;
import dev.millrace.router.topology.TestClock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;

/**
 * An owner of accounts with a tenant acme that has 10 USD a day, and the messages that the owner
 * sends.
 */
class OwnerScene implements BudgetOwner.Outputs {
    static final BigDecimal LIMIT = new BigDecimal("10");
    static final int CLAIMED_TENANTS = 2;
    static final Duration REPEATS_WINDOW = Duration.ofDays(1);

    final TestClock clock = new TestClock();
    final TreeStore store = new TreeStore();
    final MeterRegistry meters = new SimpleMeterRegistry();
    final Map<Integer, LeaseGrant> grants = new HashMap<>();
    final List<ControlRecord> published = new ArrayList<>();
    final Instant midnight =
            clock.instant()
                    .atZone(ZoneOffset.UTC)
                    .toLocalDate()
                    .atStartOfDay(ZoneOffset.UTC)
                    .toInstant();
    final TenantBudget acme = new TenantBudget("acme", Period.DAY, Optional.of(midnight));
    Map<String, TenantConfig> tenants = Map.of();
    ControlState control = ControlState.EMPTY;

    /** Partitions that tell what they have spent before an account gets its first limit. */
    int partitions;

    private @Nullable BudgetSnapshot snapshot;
    private Map<String, TenantConfig> known = Map.of();
    long sequence;
    BudgetOwner owner = restarted();

    @BeforeEach
    void configure() {
        var budget = new Budget(LIMIT, Period.DAY, ZoneOffset.UTC, OnExhausted.PARK);
        var total = new Budget(LIMIT, Period.TOTAL, ZoneOffset.UTC, OnExhausted.PARK);
        tenants =
                Map.of(
                        "acme", new TenantConfig(1, Optional.of(budget)),
                        "beta", new TenantConfig(1, Optional.of(total)));
    }

    /** Starts the owner again on its committed store. */
    final BudgetOwner restarted() {
        store.abort();
        return new BudgetOwner(
                store,
                REPEATS_WINDOW,
                partitions,
                CLAIMED_TENANTS,
                this::policies,
                clock,
                new BudgetMetrics(meters),
                this);
    }

    BudgetSnapshot policies() {
        if (snapshot == null || snapshot.control() != control || !known.equals(tenants)) {
            known = tenants;
            snapshot =
                    new BudgetSnapshot(
                            control,
                            new BudgetAccounts(tenants, Map.of(), control.budgets().limits()));
        }
        return snapshot;
    }

    @Override
    public void grant(String account, int partition, LeaseGrant grant) {
        grants.put(partition, grant);
    }

    @Override
    public void state(ControlRecord record) {
        published.add(record);
        control = control.with(record.key().text(), record.value());
    }

    static BigDecimal usd(String amount) {
        return new BigDecimal(amount);
    }

    /** Returns a report of a partition whose first job waits for an amount. */
    LeaseReport waits(int partition, String needed) {
        return report(partition, balance("0", "0"), needed, 7L, null);
    }

    LeaseReport idle(int partition, Balance balance) {
        return report(partition, balance, "0", null, null);
    }

    static Balance balance(String lent, String spent) {
        return new Balance(usd(lent), BigDecimal.ZERO, BigDecimal.ZERO, usd(spent));
    }

    LeaseReport report(
            int partition,
            Balance balance,
            String needed,
            @Nullable Long since,
            @Nullable BigDecimal declared) {
        return report(partition, balance, needed, since, declared, 0);
    }

    /** Returns a report of a lease that its partition has opened after deleting an earlier one. */
    LeaseReport reopened(int partition, long openedMillis) {
        return new LeaseReport(
                partition,
                openedMillis,
                1,
                Balance.NONE,
                new Demand(null, BigDecimal.ZERO, BigDecimal.ZERO, 0, null, Unaffordable.NONE),
                0,
                null);
    }

    LeaseReport rejecting(int partition, Balance balance, long rejectedJobs) {
        return report(partition, balance, "0", null, null, rejectedJobs);
    }

    private LeaseReport report(
            int partition,
            Balance balance,
            String needed,
            @Nullable Long since,
            @Nullable BigDecimal declared,
            long rejectedJobs) {
        int waiting = since == null ? 0 : 1;
        BigDecimal amount = since == null ? null : usd(needed);
        var demand =
                new Demand(amount, usd(needed), usd(needed), waiting, since, Unaffordable.NONE);
        return new LeaseReport(partition, 0, ++sequence, balance, demand, rejectedJobs, declared);
    }

    void report(LeaseReport report) {
        report(acme, report);
    }

    void report(ControlKey.Budget account, LeaseReport report) {
        owner.onReport(account.account(), report.toBytes());
        boolean _ = owner.onTick();
        store.commit();
    }

    void setLimit(String limit) {
        control =
                control.with(
                        new TenantLimit("acme").text(),
                        new BudgetLimit(usd(limit), clock.instant(), "me").toJson());
    }

    /** Lets the owner run for a while. */
    void pass(Duration time) {
        Instant end = clock.instant().plus(time);
        while (clock.instant().isBefore(end)) {
            clock.advance(Duration.ofMinutes(30));
            boolean _ = owner.onTick();
            store.commit();
        }
    }

    void passSecond() {
        clock.advance(Duration.ofSeconds(1));
        boolean _ = owner.onTick();
        store.commit();
    }

    BigDecimal lent(int partition) {
        LeaseGrant grant = grants.get(partition);
        return grant == null ? BigDecimal.ZERO : grant.lent();
    }

    LeaseGrant grant(int partition) {
        return Objects.requireNonNull(grants.get(partition));
    }

    BudgetState state() {
        return BudgetState.of(Objects.requireNonNull(published.getLast().value()));
    }
}
