package dev.millrace.gateway.serving;

import dev.millrace.contracts.budget.BudgetState;
import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.OperatorCommand;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.money.Usd;
import dev.millrace.contracts.waiting.Waiting;
import dev.millrace.contracts.waiting.WaitingReason;
import dev.millrace.results.batch.BatchStatus;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The waits of jobs known from control: the reports of workers, pauses, and budgets without money.
 *
 * @param control the state without expired commands
 */
public record ControlWaits(ControlState control, Instant now) {
    /**
     * Selects the jobs of a batch whose waits are requested.
     *
     * @param apiKey id of the API key that pays for the jobs; empty without a key
     * @param models models of the jobs; empty for any
     */
    public record Scope(String tenant, String batch, Optional<String> apiKey, Set<String> models) {
        public Scope {
            models = Set.copyOf(models);
        }

        /**
         * Returns the jobs of a batch that possibly wait; empty if all have ended, and without a
         * manifest, because then it is unknown whether any wait.
         */
        public static Optional<Scope> ofUnfinished(BatchStatus batch) {
            return batch.manifest()
                    .filter(it -> !it.isComplete())
                    .map(
                            it ->
                                    new Scope(
                                            batch.key().tenant(),
                                            batch.key().batch(),
                                            it.origin().apiKey(),
                                            it.origin().models()));
        }

        /**
         * Returns the scope with the names of models in place of aliases; with any model if a job
         * names {@code auto}.
         */
        public Scope resolved(Catalog catalog) {
            Set<String> names =
                    models.contains(RequestLine.AUTO)
                            ? Set.of()
                            : models.stream().map(catalog::nameOf).collect(Collectors.toSet());
            return new Scope(tenant, batch, apiKey, names);
        }

        private boolean has(String model) {
            return models.isEmpty() || models.contains(model);
        }

        private boolean has(ControlKey.Pause pause) {
            return switch (pause) {
                case ControlKey.PauseAll() -> true;
                case ControlKey.PauseModel(String model) -> has(model);
                case ControlKey.PauseTenant(String of) -> of.equals(tenant);
                case ControlKey.PauseBatch(String of, String name) ->
                        of.equals(tenant) && name.equals(batch);
            };
        }

        /** Returns the budgets that can pay for the jobs, in the order of their keys. */
        private Stream<ControlKey.Budget> budgets(ControlState.Budgets budgets) {
            return Stream.of(
                            Stream.of(new ControlKey.BatchBudget(tenant, batch)),
                            apiKey.stream().map(it -> new ControlKey.KeyBudget(tenant, it)),
                            budgets.ofTenant(tenant).stream()
                                    .sorted(Comparator.comparing(ControlKey::text)))
                    .flatMap(it -> it);
        }
    }

    /** Returns the possible reasons why the selected jobs wait. */
    public List<Waiting> of(Scope scope) {
        var waits = new ArrayList<Waiting>();
        pauses().forEach(
                        (key, command) -> {
                            if (scope.has(key)) {
                                waits.add(pause(key, command));
                            }
                        });
        // Reads only the budgets of the scope: each answer about a batch asks, and each batch of
        // each tenant can have a budget.
        scope.budgets(control.budgets())
                .forEach(
                        key -> {
                            BudgetState state = control.budgets().states().get(key);
                            if (state != null && holdsBack(state)) {
                                waits.add(budget(key, state));
                            }
                        });
        // Pauses were added from the control state; a worker does not report who is paused.
        reported().stream()
                .filter(it -> scope.has(it.model()) && it.reason() != WaitingReason.PAUSE)
                .forEach(waits::add);
        return waits;
    }

    /**
     * Returns the waits that workers report, by model, and the waits for topics, which routers
     * report. Combines waits of several reports with equal model, lane and reason: adds up their
     * jobs, and keeps one value.
     */
    public List<Waiting> reported() {
        Map<Waiting.Queue, Waiting> rows = new LinkedHashMap<>();
        new TreeMap<>(control.workers())
                .values().stream()
                        .filter(it -> it.isValid(now))
                        .flatMap(it -> it.waits().stream())
                        .map(it -> it.at(now))
                        .forEach(it -> rows.merge(it.queue(), it, Waiting::plus));
        return rows.values().stream().sorted(Comparator.comparing(Waiting::model)).toList();
    }

    /** Returns the pauses of models, tenants and batches. */
    public Map<ControlKey.Pause, OperatorCommand> pauses() {
        return sorted(control.pauses());
    }

    /** Describes a pause as a wait. */
    public static Waiting pause(ControlKey.Pause key, OperatorCommand command) {
        return new Waiting(
                key instanceof ControlKey.PauseModel(String model) ? model : "",
                Optional.empty(),
                WaitingReason.PAUSE,
                key.target()
                        + ", since "
                        + command.at().truncatedTo(ChronoUnit.SECONDS)
                        + " by "
                        + command.by(),
                command.expires(),
                0);
    }

    /** Returns the budgets for which jobs wait without enough money left. */
    public Map<ControlKey.Budget, BudgetState> budgets() {
        var states = new HashMap<ControlKey.Budget, BudgetState>();
        control.budgets()
                .states()
                .forEach(
                        (key, state) -> {
                            if (holdsBack(state)) {
                                states.put(key, state);
                            }
                        });
        return sorted(states);
    }

    /**
     * Returns true if jobs wait without enough money left. A job also waits while its money is
     * being reserved, which takes a moment.
     */
    public static boolean holdsBack(BudgetState state) {
        if (state.waitingJobs() == 0) {
            return false;
        }
        BigDecimal left = state.limitUsd().subtract(state.spentUsd()).subtract(state.reservedUsd());
        return state.waiting().neededUsd().filter(it -> it.compareTo(left) <= 0).isEmpty();
    }

    /** Describes a budget as a wait. */
    public static Waiting budget(ControlKey.Budget key, BudgetState state) {
        return new Waiting(
                "",
                Optional.empty(),
                WaitingReason.BUDGET,
                key.account()
                        + ": "
                        + Usd.text(state.spentUsd())
                        + " of "
                        + Usd.text(state.limitUsd())
                        + " USD spent, "
                        + Usd.text(state.reservedUsd())
                        + " reserved"
                        + state.waiting()
                                .neededUsd()
                                .map(it -> ", the next job may cost " + Usd.text(it))
                                .orElse(""),
                state.periodEnd(),
                state.waitingJobs());
    }

    private static <K extends ControlKey, V> Map<K, V> sorted(Map<K, V> map) {
        var sorted = new TreeMap<K, V>(Comparator.comparing(ControlKey::text));
        sorted.putAll(map);
        return sorted;
    }
}
