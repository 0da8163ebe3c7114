package dev.millrace.gateway.answer;

import dev.millrace.contracts.budget.BudgetState;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.WorkerBreakers;
import dev.millrace.contracts.money.Usd;
import dev.millrace.gateway.http.Caller;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Tells what the job of a call waits for, as far as the control topic knows it: open breakers of
 * its model, pauses, and budgets for which jobs wait. Thread-safe.
 *
 * @param models the models that a call may name
 * @param control supplies the present state of control
 */
public record WaitReasons(
        ModelsInService models, Supplier<ControlState> control, InstantSource clock) {
    /**
     * The call of a client.
     *
     * @param model name of its model, alias or {@code auto}
     */
    public record Call(Caller caller, String model) {}

    /** Returns the reasons as the end of a sentence; empty if none is known. */
    public String text(Call call) {
        Instant now = clock.instant();
        ControlState state = control.get().inEffect(now);
        List<Model> named = models.named(call.model());
        String reasons =
                Stream.of(
                                breakers(state, named, now),
                                pauses(state, named, call.caller()),
                                budgets(state, call.caller(), now))
                        .flatMap(it -> it)
                        .collect(Collectors.joining("; "));
        return reasons.isEmpty() ? "" : "; the job was waiting: " + reasons;
    }

    /** Several workers may report the same breaker; the one that opened first is named. */
    private static Stream<String> breakers(ControlState state, List<Model> named, Instant now) {
        Map<String, WorkerBreakers.Open> open = new LinkedHashMap<>();
        state.breakers().values().stream()
                .filter(it -> it.expires().isAfter(now))
                .flatMap(it -> it.open().stream())
                .filter(it -> it.jobsWait() && named.stream().anyMatch(m -> holdsBack(it, m)))
                .sorted(Comparator.comparing(WorkerBreakers.Open::since))
                .forEach(it -> open.putIfAbsent(it.breaker(), it));
        return open.values().stream().map(WorkerBreakers.Open::text);
    }

    private static boolean holdsBack(WorkerBreakers.Open open, Model model) {
        String breaker = open.breaker();
        return breaker.equals("model " + model.name())
                || breaker.equals("provider " + model.provider())
                || (breaker.startsWith("key ") && breaker.endsWith(" of " + model.provider()));
    }

    private static Stream<String> pauses(ControlState state, List<Model> named, Caller caller) {
        boolean isJobPaused = state.isPaused(caller.tenant(), caller.batch());
        return Stream.concat(
                named.stream()
                        .filter(it -> state.isPaused(it.name()))
                        .map(it -> "the model " + it.name() + " is paused"),
                isJobPaused ? Stream.of("the jobs of this caller are paused") : Stream.empty());
    }

    private static Stream<String> budgets(ControlState state, Caller caller, Instant now) {
        return state.budgets().states().entrySet().stream()
                .filter(it -> pays(it.getKey(), caller) && it.getValue().waitingJobs() > 0)
                .filter(it -> it.getValue().periodEnd().filter(now::isAfter).isEmpty())
                .map(it -> budget(it.getKey(), it.getValue()))
                .sorted();
    }

    private static boolean pays(ControlKey.Budget budget, Caller caller) {
        return budget.tenant().equals(caller.tenant())
                && switch (budget) {
                    case ControlKey.TenantBudget _ -> true;
                    case ControlKey.BatchBudget(_, String batch) -> batch.equals(caller.batch());
                    case ControlKey.KeyBudget(_, String key) ->
                            caller.apiKey().filter(key::equals).isPresent();
                };
    }

    private static String budget(ControlKey.Budget budget, BudgetState state) {
        String owner =
                switch (budget) {
                    case ControlKey.TenantBudget _ -> "tenant";
                    case ControlKey.BatchBudget _ -> "batch";
                    case ControlKey.KeyBudget _ -> "API key";
                };
        return "%d jobs wait for money of the budget of this %s (%s of %s USD spent, %s reserved)"
                .formatted(
                        state.waitingJobs(),
                        owner,
                        Usd.text(state.spentUsd()),
                        Usd.text(state.limitUsd()),
                        Usd.text(state.reservedUsd()));
    }
}
