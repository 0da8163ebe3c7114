package dev.millrace.contracts.control;

import dev.millrace.contracts.budget.BudgetLimit;
import dev.millrace.contracts.budget.BudgetState;
import dev.millrace.contracts.key.GatewayKey;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link ControlState} from control records in topic order. A state that was built does
 * not change when further records are added.
 */
public final class ControlStateBuilder {
    /** Matches a policy version with more digits than {@link ControlKey#MAX_VERSION}. */
    private static final Pattern TOO_HIGH = Pattern.compile("policy/[^/]+/[1-9][0-9]{9,}");

    private final Map<String, NavigableMap<Integer, Optional<AppliedPolicy>>> policies;
    private final Map<ControlKey.Ramp, RampStep> ramps;
    private final Map<ControlKey.Guard, Trip> trips;
    private final Map<ControlKey, OperatorCommand> commands;
    private final Map<String, WorkerReport> workers;
    private final Map<String, CachePurge> purges;
    private final Map<Integer, CacheStats> cacheStats;
    private final Map<ControlKey.Limit, BudgetLimit> budgetLimits;
    private final Map<ControlKey.Budget, BudgetState> budgetStates;
    private final Map<String, GatewayKey> apiKeys;
    private final Set<String> unreadableKeys;

    /**
     * Copies of the commands and budgets, which may be very many; null once they have changed.
     * While they do not, all states share one copy, so that a reader sees at once that nothing has
     * changed.
     */
    private @Nullable Map<ControlKey, OperatorCommand> sharedCommands;

    private ControlState.@Nullable Budgets sharedBudgets;

    /** Creates a builder without records. */
    public ControlStateBuilder() {
        this(
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                ControlState.Cache.EMPTY,
                ControlState.Budgets.EMPTY,
                Map.of(),
                Set.of());
    }

    /** Creates a builder that starts with copies of the given collections. */
    ControlStateBuilder(
            Map<String, NavigableMap<Integer, Optional<AppliedPolicy>>> policies,
            Map<ControlKey.Ramp, RampStep> ramps,
            Map<ControlKey.Guard, Trip> trips,
            Map<ControlKey, OperatorCommand> commands,
            Map<String, WorkerReport> workers,
            ControlState.Cache cache,
            ControlState.Budgets budgets,
            Map<String, GatewayKey> apiKeys,
            Set<String> unreadableKeys) {
        this.policies = new HashMap<>();
        policies.forEach((name, versions) -> this.policies.put(name, new TreeMap<>(versions)));
        this.ramps = new HashMap<>(ramps);
        this.trips = new HashMap<>(trips);
        this.commands = new HashMap<>(commands);
        this.workers = new HashMap<>(workers);
        this.purges = new HashMap<>(cache.purges());
        this.cacheStats = new HashMap<>(cache.partitions());
        this.budgetLimits = new HashMap<>(budgets.limits());
        this.budgetStates = new HashMap<>(budgets.states());
        this.apiKeys = new HashMap<>(apiKeys);
        this.unreadableKeys = new TreeSet<>(unreadableKeys);
    }

    /** Returns the current state. */
    public ControlState state() {
        var policiesCopy = new HashMap<String, NavigableMap<Integer, Optional<AppliedPolicy>>>();
        policies.forEach((name, versions) -> policiesCopy.put(name, new TreeMap<>(versions)));
        return new ControlState(
                Collections.unmodifiableMap(policiesCopy),
                copy(ramps),
                copy(trips),
                commands(),
                copy(workers),
                new ControlState.Cache(purges, cacheStats),
                budgets(),
                copy(apiKeys),
                Collections.unmodifiableSet(new TreeSet<>(unreadableKeys)));
    }

    private static <K, V> Map<K, V> copy(Map<K, V> map) {
        return Collections.unmodifiableMap(new HashMap<>(map));
    }

    private Map<ControlKey, OperatorCommand> commands() {
        Map<ControlKey, OperatorCommand> known = sharedCommands;
        if (known == null) {
            known = copy(commands);
            sharedCommands = known;
        }
        return known;
    }

    private ControlState.Budgets budgets() {
        ControlState.Budgets known = sharedBudgets;
        if (known == null) {
            known = new ControlState.Budgets(budgetLimits, budgetStates);
            sharedBudgets = known;
        }
        return known;
    }

    private void onChange(ControlKey key) {
        switch (key) {
            case ControlKey.Cancellation _, ControlKey.Pause _, ControlKey.BreakerReset _ ->
                    sharedCommands = null;
            case ControlKey.Limit _, ControlKey.Budget _ -> sharedBudgets = null;
            case ControlKey.PolicyVersion _,
                    ControlKey.Ramp _,
                    ControlKey.Guard _,
                    ControlKey.Report _,
                    ControlKey.Purge _,
                    ControlKey.CachePartition _,
                    ControlKey.ApiKey _ -> {}
        }
    }

    /**
     * Adds a record.
     *
     * @param value null for a tombstone
     * @return why the record cannot be read; empty if it was read
     */
    public Optional<String> add(String text, byte @Nullable [] value) {
        unreadableKeys.remove(text);
        var key = ControlKey.of(text).orElse(null);
        if (key != null) {
            onChange(key);
            remove(key);
        }
        if (value == null) {
            return Optional.empty();
        }
        if (key == null) {
            return TOO_HIGH.matcher(text).matches()
                    ? unreadable(text, "its version number is too high")
                    : Optional.empty();
        }
        try {
            put(key, value);
            return Optional.empty();
        } catch (RuntimeException e) {
            // Any exception: one bad record must not stop the followers.
            reserve(key);
            return unreadable(text, String.valueOf(e.getMessage()));
        }
    }

    private Optional<String> unreadable(String text, String reason) {
        unreadableKeys.add(text);
        return Optional.of(reason);
    }

    private void put(ControlKey key, byte[] value) {
        switch (key) {
            case ControlKey.PolicyVersion version -> {
                var policy = AppliedPolicy.of(version, value);
                versions(version).put(version.version(), Optional.of(policy));
            }
            case ControlKey.Ramp ramp -> ramps.put(ramp, RampStep.of(value));
            case ControlKey.Guard guard -> trips.put(guard, Trip.of(value));
            case ControlKey.Cancellation _, ControlKey.Pause _, ControlKey.BreakerReset _ ->
                    commands.put(key, OperatorCommand.of(value));
            case ControlKey.Report(String instance) ->
                    workers.put(instance, WorkerReport.of(value));
            case ControlKey.Purge(String id) -> purges.put(id, CachePurge.of(value));
            case ControlKey.CachePartition(int partition) ->
                    cacheStats.put(partition, CacheStats.of(value));
            case ControlKey.ApiKey(String id) -> apiKeys.put(id, GatewayKey.of(value));
            case ControlKey.Limit limit -> budgetLimits.put(limit, BudgetLimit.of(value));
            case ControlKey.Budget budget -> budgetStates.put(budget, BudgetState.of(value));
        }
    }

    /**
     * Marks the number of an unreadable version as used, since other processes may be able to read
     * it.
     */
    private void reserve(ControlKey key) {
        if (key instanceof ControlKey.PolicyVersion version) {
            versions(version).put(version.version(), Optional.empty());
        }
    }

    private void remove(ControlKey key) {
        switch (key) {
            case ControlKey.PolicyVersion(String policy, int version) -> {
                var versions = policies.get(policy);
                if (versions != null && versions.remove(version) != null && versions.isEmpty()) {
                    policies.remove(policy);
                }
            }
            case ControlKey.Ramp ramp -> ramps.remove(ramp);
            case ControlKey.Guard guard -> trips.remove(guard);
            case ControlKey.Cancellation _, ControlKey.Pause _, ControlKey.BreakerReset _ ->
                    commands.remove(key);
            case ControlKey.Report(String instance) -> workers.remove(instance);
            case ControlKey.Purge(String id) -> purges.remove(id);
            case ControlKey.CachePartition(int partition) -> cacheStats.remove(partition);
            case ControlKey.ApiKey(String id) -> apiKeys.remove(id);
            case ControlKey.Limit limit -> budgetLimits.remove(limit);
            case ControlKey.Budget budget -> budgetStates.remove(budget);
        }
    }

    private NavigableMap<Integer, Optional<AppliedPolicy>> versions(ControlKey.PolicyVersion key) {
        return policies.computeIfAbsent(key.policy(), _ -> new TreeMap<>());
    }
}
