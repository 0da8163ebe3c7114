package dev.millrace.router.budget;

import dev.millrace.configuration.BatchConfig;
import dev.millrace.configuration.TenantConfig;
import dev.millrace.configuration.TenantConfig.Budget;
import dev.millrace.contracts.budget.BudgetLimit;
import dev.millrace.contracts.budget.OnExhausted;
import dev.millrace.contracts.budget.Period;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlKey.BatchBudget;
import dev.millrace.contracts.control.ControlKey.BatchLimit;
import dev.millrace.contracts.control.ControlKey.KeyBudget;
import dev.millrace.contracts.control.ControlKey.KeyLimit;
import dev.millrace.contracts.control.ControlKey.TenantBudget;
import dev.millrace.contracts.control.ControlKey.TenantLimit;
import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the accounts that a job is paid from. Limits in control override configured and declared
 * ones. Immutable.
 */
public final class BudgetAccounts {
    /** No job has an account unless its request declares a limit. */
    public static final BudgetAccounts NONE = new BudgetAccounts(Map.of(), Map.of(), Map.of());

    private final Map<String, TenantConfig> tenants;
    private final TenantConfig otherTenants;
    private final Map<String, BatchConfig> batches;
    private final BatchConfig otherBatches;
    private final Map<ControlKey.Limit, BudgetLimit> limits;

    /**
     * Creates the accounts of a configuration.
     *
     * @param tenants tenants by name, including {@code default}
     * @param batches batches by name, including {@code default}
     * @param limits limits in control
     */
    public BudgetAccounts(
            Map<String, TenantConfig> tenants,
            Map<String, BatchConfig> batches,
            Map<ControlKey.Limit, BudgetLimit> limits) {
        this.tenants = Map.copyOf(tenants);
        otherTenants = tenants.getOrDefault(TenantConfig.DEFAULT_NAME, TenantConfig.DEFAULT);
        this.batches = Map.copyOf(batches);
        otherBatches = batches.getOrDefault(BatchConfig.DEFAULT_NAME, BatchConfig.DEFAULT);
        this.limits = Map.copyOf(limits);
    }

    /**
     * Returns the accounts of a job: the accounts of its tenant, its batch and its API key, as far
     * as they have budgets.
     *
     * @param apiKey id of the API key that submitted the job; null for none
     * @param declaredLimit limit that the request declares for its batch; null if it declares none
     * @param now time that selects the period
     */
    public List<Account> of(
            String tenant,
            String batch,
            @Nullable String apiKey,
            @Nullable BigDecimal declaredLimit,
            Instant now) {
        Budget budget = tenantBudget(tenant);
        boolean hasOtherLimit = declaredLimit != null || !limits.isEmpty();
        if (budget == null && !hasOtherLimit) {
            return List.of();
        }
        List<Account> accounts = new ArrayList<>(3);
        if (budget != null) {
            accounts.add(tenantAccount(tenant, budget, now));
        }
        batchAccount(new BatchBudget(tenant, batch), declaredLimit).ifPresent(accounts::add);
        if (apiKey != null) {
            keyAccount(new KeyBudget(tenant, apiKey)).ifPresent(accounts::add);
        }
        return accounts;
    }

    /**
     * Returns the accounts that count all costs of a tenant and of a batch, so that a first limit
     * begins with what was spent.
     */
    public List<Account> counting(String tenant, String batch, Instant now) {
        Budget budget = withLimit(tenantBudget(tenant), BigDecimal.ONE);
        return List.of(
                tenantAccount(tenant, budget, now),
                new Account(
                        new BatchBudget(tenant, batch), BigDecimal.ONE, OnExhausted.PARK, null));
    }

    /** Returns true if control has the limit of an account. */
    public boolean isLimited(ControlKey.Budget id) {
        return limits.containsKey(id.limit());
    }

    /** Returns true if the configuration or control names the tenant. */
    public boolean hasEntry(String tenant) {
        return tenants.containsKey(tenant) || limits.containsKey(new TenantLimit(tenant));
    }

    /** Returns the account of a tenant in the period that contains the given time. */
    public Optional<Account> ofTenant(String tenant, Instant now) {
        return Optional.ofNullable(tenantBudget(tenant)).map(it -> tenantAccount(tenant, it, now));
    }

    /**
     * Returns the account with an id; empty if it no longer has a budget.
     *
     * @param declaredLimit limit that the requests of a batch declare; null if they declare none
     */
    public Optional<Account> find(ControlKey.Budget id, @Nullable BigDecimal declaredLimit) {
        return switch (id) {
            case BatchBudget batch -> batchAccount(batch, declaredLimit);
            case KeyBudget key -> keyAccount(key);
            case TenantBudget(String tenant, _, Optional<Instant> start) ->
                    Optional.ofNullable(tenantBudget(tenant))
                            .map(it -> tenantAccount(tenant, it, start.orElse(Instant.EPOCH)))
                            .filter(it -> it.id().equals(id));
        };
    }

    /** Returns the budget of a tenant with the limit in force; null if the tenant has none. */
    private @Nullable Budget tenantBudget(String tenant) {
        Budget budget = tenants.getOrDefault(tenant, otherTenants).budget().orElse(null);
        BigDecimal limit = limit(new TenantLimit(tenant));
        return limit == null ? budget : withLimit(budget, limit);
    }

    private static Budget withLimit(@Nullable Budget budget, BigDecimal limit) {
        return budget == null
                ? new Budget(
                        limit,
                        Budget.DEFAULT_PERIOD,
                        Budget.DEFAULT_TIME_ZONE,
                        Budget.DEFAULT_ON_EXHAUSTED)
                : new Budget(limit, budget.period(), budget.timeZone(), budget.onExhausted());
    }

    /** Returns the limit in control; null without one. */
    private @Nullable BigDecimal limit(ControlKey.Limit key) {
        BudgetLimit limit = limits.isEmpty() ? null : limits.get(key);
        return limit == null ? null : limit.limitUsd();
    }

    private static Account tenantAccount(String tenant, Budget budget, Instant now) {
        BudgetPeriod period = BudgetPeriod.at(now, budget.period(), budget.timeZone());
        return new Account(
                new TenantBudget(tenant, budget.period(), period.start()),
                budget.limitUsd(),
                budget.onExhausted(),
                period.end());
    }

    /**
     * Returns the account of an API key. Once its money is spent, its jobs are rejected: their
     * clients wait for an answer.
     */
    private Optional<Account> keyAccount(KeyBudget id) {
        return Optional.ofNullable(limit(new KeyLimit(id.tenant(), id.key())))
                .map(limit -> new Account(id, limit, OnExhausted.REJECT, null));
    }

    private Optional<Account> batchAccount(BatchBudget id, @Nullable BigDecimal declaredLimit) {
        return Optional.ofNullable(limit(new BatchLimit(id.tenant(), id.batch())))
                .or(() -> Optional.ofNullable(declaredLimit))
                .map(
                        limit ->
                                new Account(
                                        id,
                                        limit,
                                        batches.getOrDefault(id.batch(), otherBatches)
                                                .budget()
                                                .onExhausted(),
                                        null));
    }

    /**
     * One budget of a tenant, a batch or an API key.
     *
     * @param limit in US dollars; the limit in control, otherwise the configured or declared one
     * @param onExhausted what happens to a job that exceeds the budget
     * @param periodEnd end of the account's period; null if it never ends
     */
    public record Account(
            ControlKey.Budget id,
            BigDecimal limit,
            OnExhausted onExhausted,
            @Nullable Instant periodEnd) {
        /** Returns true if an account has the limit of this one, maybe in another period. */
        boolean hasLimitOf(String account) {
            return ControlKey.Budget.ofAccount(account)
                    .filter(it -> it.limit().equals(id.limit()))
                    .isPresent();
        }
    }

    /**
     * One period of a budget.
     *
     * @param start first instant of the period; empty if the budget is never reset
     * @param end first instant after the period; null if the budget is never reset
     */
    record BudgetPeriod(Optional<Instant> start, @Nullable Instant end) {
        private static final BudgetPeriod TOTAL = new BudgetPeriod(Optional.empty(), null);

        /**
         * Returns the period that contains an instant; periods begin by the clock of the time zone.
         */
        static BudgetPeriod at(Instant now, Period period, ZoneId zone) {
            LocalDate day = LocalDate.ofInstant(now, zone);
            return switch (period) {
                case HOUR -> hour(now.atZone(zone));
                case DAY -> days(day, day.plusDays(1), zone);
                case WEEK -> {
                    LocalDate monday = day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
                    yield days(monday, monday.plusWeeks(1), zone);
                }
                case MONTH -> {
                    LocalDate first = day.withDayOfMonth(1);
                    yield days(first, first.plusMonths(1), zone);
                }
                case TOTAL -> TOTAL;
            };
        }

        private static BudgetPeriod hour(ZonedDateTime now) {
            ZonedDateTime start = now.truncatedTo(ChronoUnit.HOURS);
            return new BudgetPeriod(Optional.of(start.toInstant()), start.plusHours(1).toInstant());
        }

        private static BudgetPeriod days(LocalDate first, LocalDate next, ZoneId zone) {
            return new BudgetPeriod(
                    Optional.of(first.atStartOfDay(zone).toInstant()),
                    next.atStartOfDay(zone).toInstant());
        }
    }
}
