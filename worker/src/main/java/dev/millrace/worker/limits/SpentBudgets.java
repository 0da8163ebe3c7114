package dev.millrace.worker.limits;

import dev.millrace.contracts.budget.BudgetLimit;
import dev.millrace.contracts.budget.BudgetState;
import dev.millrace.contracts.config.TenantConfig.OnExhausted;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlState.Budgets;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.money.Usd;
import dev.millrace.worker.job.Job;
import dev.millrace.worker.port.LoopClock;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Holds back calls of jobs whose budget is spent. Reservations keep a budget within its limit,
 * unless a provider bills more than a call could cost at most, because it ignores the output limit.
 * Then the jobs that the router has released before it knew would exceed the limit further.
 *
 * <p>A budget is spent when its published state says so. What calls of this worker have cost above
 * their reservations counts at once, until the router has published it. Belongs to the loop's
 * thread.
 */
public final class SpentBudgets {
    /** Wait of a held job before its budgets are checked again. */
    public static final Duration RECHECK = Duration.ofSeconds(1);

    /** Time in which the router publishes a cost as spent money. */
    private static final Duration PUBLISHED_AFTER = Duration.ofSeconds(5);

    /** Batches whose first excess is remembered. */
    private static final int MAX_BATCHES = 1_000;

    private final Supplier<Budgets> control;
    private final LoopClock clock;

    /** Costs above reservations that may not be published yet, oldest first. */
    private final Deque<Excess> excesses = new ArrayDeque<>();

    /** When a batch exceeded a reservation for the first time, in nanoseconds. */
    private final Map<ControlKey.BatchBudget, Long> firstExcess = new LinkedHashMap<>();

    private final Set<Job> held = Collections.newSetFromMap(new IdentityHashMap<>());

    /** The states by tenant; rebuilt when control changes. */
    private Map<String, List<Account>> accounts = Map.of();

    private @Nullable Budgets indexed;

    private record Excess(long atNanos, ControlKey.BatchBudget batch, BigDecimal usd) {}

    private record Account(ControlKey.Budget id, BudgetState state) {}

    /**
     * A budget that is spent.
     *
     * @param message what is spent
     */
    public record Spent(OnExhausted onExhausted, String message) {}

    /**
     * @param control supplies the budgets in control; the same object until they change
     */
    public SpentBudgets(Supplier<Budgets> control, LoopClock clock) {
        this.control = control;
        this.clock = clock;
    }

    /**
     * Records what an attempt has cost above the reservation of its job.
     *
     * @param usd in US dollars; 0 for most attempts
     */
    public void onCost(JobHeaders job, BigDecimal usd) {
        if (usd.signum() == 0) {
            return;
        }
        long now = clock.nanos();
        var batch = new ControlKey.BatchBudget(job.tenant(), job.batch());
        excesses.add(new Excess(now, batch, usd));
        firstExcess.putIfAbsent(batch, now);
        if (firstExcess.size() > MAX_BATCHES) {
            firstExcess.remove(firstExcess.keySet().iterator().next());
        }
    }

    /** Returns the budget of a job that is spent; empty if its call may start. */
    public Optional<Spent> of(Job job) {
        Optional<Spent> spent =
                job.headers().costLimit() == null ? Optional.empty() : spent(job.headers());
        if (spent.isPresent()) {
            held.add(job);
        } else if (!held.isEmpty()) {
            held.remove(job);
        }
        return spent;
    }

    /** Returns the number of jobs that wait because a budget is spent. */
    public long heldJobs() {
        held.removeIf(job -> !job.isWaiting());
        return held.size();
    }

    private Optional<Spent> spent(JobHeaders job) {
        Budgets budgets = control.get();
        index(budgets);
        List<Account> ofTenant = accounts.getOrDefault(job.tenant(), List.of());
        if (ofTenant.isEmpty() && excesses.isEmpty()) {
            return Optional.empty();
        }
        var batch = new ControlKey.BatchBudget(job.tenant(), job.batch());
        Instant now = clock.now();
        boolean isKnown = false;
        for (Account account : ofTenant) {
            if (isOf(account, batch, now)) {
                isKnown = true;
                BigDecimal usd = account.state().spentUsd().add(excess(account.id()));
                if (usd.compareTo(account.state().limitUsd()) >= 0) {
                    return Optional.of(
                            new Spent(
                                    account.state().onExhausted(),
                                    message(account.id(), usd, account.state().limitUsd())));
                }
            }
        }
        return isKnown ? Optional.empty() : unpublished(budgets, batch);
    }

    private void index(Budgets budgets) {
        if (budgets == indexed) {
            return;
        }
        indexed = budgets;
        Map<String, List<Account>> byTenant = new HashMap<>();
        budgets.states()
                .forEach(
                        (id, state) ->
                                byTenant.merge(
                                        id.tenant(),
                                        List.of(new Account(id, state)),
                                        (some, more) ->
                                                Stream.concat(some.stream(), more.stream())
                                                        .toList()));
        accounts = byTenant;
    }

    private static boolean isOf(Account account, ControlKey.BatchBudget batch, Instant now) {
        return switch (account.id()) {
            case ControlKey.BatchBudget own -> own.equals(batch);
            case ControlKey.TenantBudget _ ->
                    account.state().periodEnd().filter(end -> !now.isBefore(end)).isEmpty();
            // A job does not say which key has submitted it.
            case ControlKey.KeyBudget _ -> false;
        };
    }

    private BigDecimal excess(ControlKey.Budget account) {
        long since = clock.nanos() - PUBLISHED_AFTER.toNanos();
        while (!excesses.isEmpty() && excesses.getFirst().atNanos() - since < 0) {
            excesses.removeFirst();
        }
        return excesses.stream()
                .filter(
                        it ->
                                account instanceof ControlKey.BatchBudget
                                        ? it.batch().equals(account)
                                        : it.batch().tenant().equals(account.tenant()))
                .map(Excess::usd)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /**
     * Decides while no state of the job's budgets is published. The first state follows within
     * seconds; a job without a budget never gets one.
     */
    private Optional<Spent> unpublished(Budgets budgets, ControlKey.BatchBudget batch) {
        BigDecimal usd = excess(batch);
        BudgetLimit limit =
                budgets.limits().get(new ControlKey.BatchLimit(batch.tenant(), batch.batch()));
        if (limit != null) {
            return usd.compareTo(limit.limitUsd()) >= 0
                    ? Optional.of(
                            new Spent(OnExhausted.PARK, message(batch, usd, limit.limitUsd())))
                    : Optional.empty();
        }
        Long first = firstExcess.get(batch);
        return first != null && clock.nanos() - first < PUBLISHED_AFTER.toNanos()
                ? Optional.of(
                        new Spent(
                                OnExhausted.PARK,
                                "a call has cost more than was reserved, and the budgets of the"
                                        + " job are not known yet"))
                : Optional.empty();
    }

    private static String message(ControlKey.Budget account, BigDecimal spent, BigDecimal limit) {
        String owner =
                switch (account) {
                    case ControlKey.TenantBudget(String tenant, _, _) -> "tenant " + tenant;
                    case ControlKey.BatchBudget(_, String batch) -> "batch " + batch;
                    case ControlKey.KeyBudget(_, String key) -> "API key " + key;
                };
        return "the budget of the "
                + owner
                + " is spent: "
                + Usd.text(spent)
                + " of "
                + Usd.text(limit)
                + " USD, after calls that cost more than was reserved for them";
    }
}
