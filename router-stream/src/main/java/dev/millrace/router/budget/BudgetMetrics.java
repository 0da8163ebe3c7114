package dev.millrace.router.budget;

import dev.millrace.contracts.budget.BudgetState;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlKey.TenantBudget;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Counts for the budgets of all partitions of this process, and shows the accounts that it owns;
 * the other routers show none. Thread-safe. After an aborted transaction, a record is processed and
 * counted again.
 *
 * <p>Only tenants have separate meters, since batches are many and short-lived.
 */
final class BudgetMetrics {
    private static final int MAX_TENANTS = 1_000;
    private static final List<Integer> ALERTS = List.of(50, 80, 100);

    private final Map<TenantBudget, BudgetState> tenants = new ConcurrentHashMap<>();

    /** The alert thresholds that batches and API keys have reached; no tick visits all of them. */
    private final Map<ControlKey.Budget, Integer> others = new ConcurrentHashMap<>();

    private final Counter resumed;
    private final Counter lost;
    private final Counter lostUsd;
    private final MultiGauge limits;
    private final MultiGauge spent;
    private final MultiGauge reserved;
    private volatile boolean isChanged;

    BudgetMetrics(MeterRegistry registry) {
        resumed = counter(registry, "resumed", "Jobs that waited for money of a budget and got it");
        lost = counter(registry, "lost", "Lost jobs whose reserved money was charged");
        lostUsd = counter(registry, "lost.usd", "Reserved money of lost jobs");
        limits = perTenant(registry, "limit.usd", "Limit of the tenant's budget in this period");
        spent = perTenant(registry, "spent.usd", "Spent of the tenant's budget in this period");
        reserved =
                perTenant(registry, "reserved.usd", "Reserved for unfinished jobs of the tenant");
        for (int percent : ALERTS) {
            Gauge.builder("millrace.router.budget.alerts", () -> accountsAt(percent))
                    .description("Budgets that have reached an alert threshold")
                    .tag("percent", Integer.toString(percent))
                    .register(registry);
        }
        Gauge.builder("millrace.router.budget.accounts", () -> tenants.size() + others.size())
                .description("Budgets with spent or reserved money")
                .register(registry);
    }

    private static Counter counter(MeterRegistry registry, String name, String what) {
        return Counter.builder("millrace.router.budget." + name)
                .description(what)
                .register(registry);
    }

    private static MultiGauge perTenant(MeterRegistry registry, String name, String what) {
        return MultiGauge.builder("millrace.router.budget." + name)
                .description(what)
                .register(registry);
    }

    /** Counts a parked job that continues. */
    void onResumed() {
        resumed.increment();
    }

    /** Counts a lost job. */
    void onLost(BigDecimal chargedUsd) {
        lost.increment();
        lostUsd.increment(chargedUsd.doubleValue());
    }

    private double accountsAt(int percent) {
        return Stream.concat(
                        tenants.values().stream().map(BudgetState::alertPercent),
                        others.values().stream())
                .filter(it -> it >= percent)
                .count();
    }

    /** Shows the state of an account until its period ends. */
    void show(ControlKey.Budget account, BudgetState state) {
        if (account instanceof TenantBudget budget) {
            tenants.put(budget, state);
            isChanged = true;
        } else {
            others.put(account, state.alertPercent());
        }
    }

    /** Removes the meters of an account. */
    void remove(ControlKey.Budget account) {
        others.remove(account);
        isChanged |= account instanceof TenantBudget budget && tenants.remove(budget) != null;
    }

    /** Updates the meters. */
    void onTick(Instant now) {
        isChanged |= tenants.values().removeIf(it -> hasEnded(it, now));
        if (isChanged) {
            isChanged = false;
            register(limits, BudgetState::limitUsd);
            register(spent, BudgetState::spentUsd);
            register(reserved, BudgetState::reservedUsd);
        }
    }

    private static boolean hasEnded(BudgetState state, Instant now) {
        return state.periodEnd().filter(end -> !now.isBefore(end)).isPresent();
    }

    /**
     * Registers new rows and removes old ones. Each row reads its value itself: if a row were
     * removed and registered again, a concurrent scrape could see it twice, which Prometheus's
     * client refuses. The shared account is first, since it shows that there are too many tenants.
     */
    private void register(MultiGauge gauge, Function<BudgetState, BigDecimal> amount) {
        List<Row<?>> rows = new ArrayList<>();
        tenants.keySet().stream()
                .sorted(Comparator.comparing(it -> !SharedAccount.isShared(it)))
                .limit(MAX_TENANTS)
                .forEach(
                        budget ->
                                rows.add(
                                        Row.of(
                                                Tags.of("tenant", budget.tenant()),
                                                tenants,
                                                it -> {
                                                    BudgetState state = it.get(budget);
                                                    return state == null
                                                            ? Double.NaN
                                                            : amount.apply(state).doubleValue();
                                                })));
        gauge.register(rows, false);
    }

    /** Removes the meters of all accounts. */
    void clear() {
        tenants.clear();
        others.clear();
        isChanged = true;
        onTick(Instant.EPOCH);
    }
}
