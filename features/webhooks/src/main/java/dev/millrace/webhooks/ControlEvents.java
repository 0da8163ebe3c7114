package dev.millrace.webhooks;

import dev.millrace.contracts.budget.BudgetState;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.Trip;
import dev.millrace.contracts.control.WorkerReport;
import dev.millrace.contracts.webhook.EventType;
import dev.millrace.webhooks.outbox.Event;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JsonGenerator;

/**
 * Derives events from the state of the control topic: thresholds that budgets have reached, trips
 * of guards, and open breakers. Equal states give equal events, so that every sink finds equal
 * keys, even after a restart.
 */
final class ControlEvents {
    /** The thresholds of budgets in percent, highest first. */
    private static final List<Integer> THRESHOLDS = List.of(100, 80, 50);

    private ControlEvents() {}

    /**
     * Returns the events.
     *
     * @param now decides which lists of breakers have expired
     */
    static List<Event> of(ControlState state, Instant now) {
        var events = new ArrayList<Event>();
        state.budgets()
                .states()
                .forEach(
                        (account, budget) -> {
                            if (budget.alertPercent() > 0) {
                                events.add(budget(account, budget));
                            }
                        });
        state.trips().forEach((guard, trip) -> events.add(guard(guard, trip)));
        breakers(state, now).forEach((name, open) -> events.add(breaker(name, open)));
        return events;
    }

    /** Returns the event of the highest threshold that is reached. It includes the lower ones. */
    private static Event budget(ControlKey.Budget account, BudgetState state) {
        List<String> keys =
                THRESHOLDS.stream()
                        .filter(it -> it <= state.alertPercent())
                        .map(percent -> budgetKey(account, state, percent))
                        .toList();
        return new Event(
                budgetKey(account, state, state.alertPercent()),
                keys,
                state.alertPercent() == 100 ? EventType.BUDGET_EXHAUSTED : EventType.BUDGET_ALERT,
                state.at(),
                json -> writeBudget(json, account, state));
    }

    /**
     * Returns the key, which names the limit, because the thresholds of a raised limit are reported
     * again.
     */
    private static String budgetKey(ControlKey.Budget account, BudgetState state, int percent) {
        return "%s/%s/%d".formatted(account.text(), state.limitUsd().toPlainString(), percent);
    }

    private static void writeBudget(
            JsonGenerator json, ControlKey.Budget account, BudgetState state) {
        switch (account) {
            case ControlKey.TenantBudget tenant -> {
                json.writeStringProperty("tenant", tenant.tenant());
                json.writeStringProperty(
                        "period", tenant.period().toString().toLowerCase(Locale.ROOT));
                tenant.periodStart()
                        .ifPresent(it -> json.writeStringProperty("period_start", it.toString()));
            }
            case ControlKey.BatchBudget batch -> {
                json.writeStringProperty("tenant", batch.tenant());
                json.writeStringProperty("batch", batch.batch());
            }
            case ControlKey.KeyBudget key -> {
                json.writeStringProperty("tenant", key.tenant());
                json.writeStringProperty("key", key.key());
            }
        }
        state.periodEnd().ifPresent(it -> json.writeStringProperty("period_end", it.toString()));
        json.writeNumberProperty("percent", state.reachedPercent());
        json.writeNumberProperty("limit_usd", state.limitUsd());
        json.writeNumberProperty("spent_usd", state.spentUsd());
        json.writeNumberProperty("reserved_usd", state.reservedUsd());
        json.writeNumberProperty("waiting_jobs", state.waitingJobs());
        json.writeNumberProperty("rejected_jobs", state.rejectedJobs());
    }

    private static Event guard(ControlKey.Guard guard, Trip trip) {
        return new Event(
                guard.text() + "/" + trip.trippedAt(),
                List.of(),
                EventType.GUARD_TRIPPED,
                trip.trippedAt(),
                json -> {
                    json.writeStringProperty("policy", guard.policy());
                    json.writeStringProperty("model", guard.arm());
                    json.writeStringProperty("version", trip.version());
                    json.writeNumberProperty("rule", trip.rule());
                    json.writeStringProperty("reason", trip.reason());
                    json.writeNumberProperty("jobs", trip.jobs());
                    json.writeNumberProperty("errors", trip.errors());
                    json.writeNumberProperty("cost_usd", trip.costUsd());
                });
    }

    /** Returns the open breakers by name, as each worker reports them, first opened first. */
    private static Map<String, List<WorkerReport.Open>> breakers(ControlState state, Instant now) {
        var byName = new TreeMap<String, List<WorkerReport.Open>>();
        for (WorkerReport worker : state.workers().values()) {
            if (worker.isValid(now)) {
                worker.open()
                        .forEach(
                                it ->
                                        byName.computeIfAbsent(it.breaker(), _ -> new ArrayList<>())
                                                .add(it));
            }
        }
        byName.values().forEach(it -> it.sort(Comparator.comparing(WorkerReport.Open::since)));
        return byName;
    }

    /**
     * Returns the event of a breaker. The worker whose breaker opened first reports for all
     * workers, because their breakers opened for the same cause.
     */
    private static Event breaker(String name, List<WorkerReport.Open> open) {
        WorkerReport.Open first = open.getFirst();
        return new Event(
                breakerKey(first),
                open.stream().map(ControlEvents::breakerKey).toList(),
                EventType.BREAKER_OPENED,
                first.since(),
                json -> {
                    json.writeStringProperty("breaker", name);
                    json.writeStringProperty("error", first.error());
                    json.writeStringProperty("reason", first.reason());
                });
    }

    private static String breakerKey(WorkerReport.Open open) {
        return "breaker/" + open.breaker() + "/" + open.since();
    }
}
