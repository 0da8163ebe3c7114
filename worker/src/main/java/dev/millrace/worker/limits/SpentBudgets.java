package dev.millrace.worker.limits;

import dev.millrace.contracts.budget.BudgetState;
import dev.millrace.contracts.budget.OnExhausted;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlState.Budgets;
import dev.millrace.contracts.control.LimitCover;
import dev.millrace.contracts.header.JobCostLimit;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.money.Usd;
import dev.millrace.worker.job.Job;
import dev.millrace.worker.port.LoopClock;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Holds back calls of jobs whose budget is spent. Reservations keep a budget within its limit,
 * unless a provider ignores the output limit and bills more than the highest cost of a call. Jobs
 * that the router released before it knew the cost would then exceed the limit further.
 *
 * <p>A budget is spent when its published state reports it as spent. Costs of this worker above
 * their reservations count at once, on top of the earlier published amount, because publication
 * lags. Belongs to the loop's thread.
 */
public final class SpentBudgets {
    /** Wait of a held job before its budgets are checked again. */
    public static final Duration RECHECK = Duration.ofSeconds(1);

    /** Longest wait for the first state of a budget; a job without a budget never gets one. */
    private static final Duration FIRST_STATE = Duration.ofSeconds(10);

    /** Number of budgets whose excessive costs are remembered. */
    private static final int MAX_BUDGETS = 1_000;

    private final Supplier<Budgets> control;
    private final LoopClock clock;

    /** Lower bounds of the spent amounts, including costs that are not published yet. */
    private final Map<ControlKey.Budget, BigDecimal> leastSpent = new LinkedHashMap<>();

    /** Time at which a batch first exceeded a reservation, in nanoseconds. */
    private final Map<ControlKey.BatchBudget, Long> firstExcess = new LinkedHashMap<>();

    private final Set<Job> held = Collections.newSetFromMap(new IdentityHashMap<>());

    private Budgets known;

    /**
     * A spent budget.
     *
     * @param message names the spent budget
     */
    public record Spent(OnExhausted onExhausted, String message) {}

    /**
     * @param control supplies the budgets in control; an identical object until they change
     */
    public SpentBudgets(Supplier<Budgets> control, LoopClock clock) {
        this.control = control;
        this.clock = clock;
        known = control.get();
    }

    /**
     * Records the cost of an attempt beyond its job's reservation.
     *
     * @param usd in US dollars; 0 for an attempt within its reservation
     */
    public void onCost(JobHeaders job, BigDecimal usd) {
        if (usd.signum() == 0) {
            return;
        }
        refresh();
        for (ControlKey.Budget id : budgetsOf(job)) {
            BudgetState state = known.states().get(id);
            BigDecimal before = state == null ? BigDecimal.ZERO : state.spentUsd();
            leastSpent.merge(id, before.add(usd), (least, _) -> least.max(before).add(usd));
            limitSize(leastSpent);
        }
        firstExcess.putIfAbsent(batchOf(job), clock.nanos());
        limitSize(firstExcess);
    }

    private static void limitSize(Map<?, ?> map) {
        if (map.size() > MAX_BUDGETS) {
            map.remove(map.keySet().iterator().next());
        }
    }

    /** Returns the spent budget of a job; empty if its call can start. */
    public Optional<Spent> of(Job job) {
        refresh();
        JobCostLimit limit = job.headers().costLimit();
        // A call that costs nothing needs no money.
        boolean needsMoney = limit != null && limit.reservedUsd().signum() > 0;
        Optional<Spent> spent = needsMoney ? spent(job.headers()) : Optional.empty();
        if (spent.isPresent()) {
            held.add(job);
        } else if (!held.isEmpty()) {
            held.remove(job);
        }
        return spent;
    }

    /** Finds out if limits that were set or lowered later cover the next call of a job. */
    public LimitCover cover(Job job) {
        refresh();
        return LimitCover.of(known, job.headers());
    }

    /** Returns the number of jobs that wait because a budget is spent. */
    public long heldJobs() {
        held.removeIf(job -> !job.isWaiting());
        return held.size();
    }

    private void refresh() {
        Budgets before = known;
        Budgets latest = control.get();
        known = latest;
        if (latest != before) {
            // A forgotten budget starts again with zero spent.
            leastSpent
                    .keySet()
                    .removeIf(
                            id ->
                                    before.states().containsKey(id)
                                            && !latest.states().containsKey(id));
        }
    }

    private static ControlKey.BatchBudget batchOf(JobHeaders job) {
        return new ControlKey.BatchBudget(job.tenant(), job.batch());
    }

    /**
     * Returns the possible budgets of a job: of its batch, of the API key that submitted it, and of
     * its tenant in the current period. An earlier period can pay the job.
     */
    private List<ControlKey.Budget> budgetsOf(JobHeaders job) {
        List<ControlKey.Budget> budgets = new ArrayList<>(3);
        budgets.add(batchOf(job));
        if (job.apiKey() != null) {
            budgets.add(new ControlKey.KeyBudget(job.tenant(), job.apiKey()));
        }
        Optional<List<String>> paying =
                Optional.ofNullable(job.costLimit())
                        .filter(it -> !it.isUnpaid())
                        .map(it -> it.reserved().accounts());
        Instant now = clock.now();
        for (ControlKey.Budget id : known.ofTenant(job.tenant())) {
            BudgetState state = known.states().get(id);
            if (state != null
                    && state.periodEnd().filter(end -> !now.isBefore(end)).isEmpty()
                    && paying.map(it -> it.contains(id.account())).orElse(true)) {
                budgets.add(id);
            }
        }
        return budgets;
    }

    private Optional<Spent> spent(JobHeaders job) {
        boolean isKnown = false;
        for (ControlKey.Budget id : budgetsOf(job)) {
            BudgetState state = known.states().get(id);
            if (state != null) {
                isKnown = true;
                BigDecimal usd = state.spentUsd().max(leastSpent.getOrDefault(id, BigDecimal.ZERO));
                if (usd.compareTo(state.limitUsd()) >= 0) {
                    return Optional.of(
                            new Spent(state.onExhausted(), message(id, usd, state.limitUsd())));
                }
            }
        }
        return isKnown ? Optional.empty() : waitForState(batchOf(job));
    }

    private Optional<Spent> waitForState(ControlKey.BatchBudget batch) {
        Long first = firstExcess.get(batch);
        return first != null && clock.nanos() - first < FIRST_STATE.toNanos()
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
