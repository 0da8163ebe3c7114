package dev.millrace.contracts.control;

import dev.millrace.contracts.budget.BudgetLimit;
import dev.millrace.contracts.budget.BudgetState;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.pcollections.PSet;
import org.pcollections.TreePMap;
import org.pcollections.TreePSet;

/**
 * Builds a {@link ControlState} from control records in topic order. Later records do not change a
 * state that was built. States share their unchanged parts, so that a record costs about as much
 * among 100,000 others as alone.
 */
public final class ControlStateBuilder {
    /** Matches a policy version with more digits than {@link ControlKey#MAX_VERSION}. */
    private static final Pattern TOO_HIGH = Pattern.compile("policy/[^/]+/[1-9][0-9]{9,}");

    PMap<String, TreePMap<Integer, Optional<AppliedPolicy>>> policies = HashTreePMap.empty();
    PMap<ControlKey.Ramp, RampStep> ramps = HashTreePMap.empty();
    PMap<ControlKey.Guard, Trip> trips = HashTreePMap.empty();
    PMap<ControlKey.Cancellation, OperatorCommand> cancellations = HashTreePMap.empty();
    PMap<ControlKey, OperatorCommand> commands = HashTreePMap.empty();
    PMap<String, WorkerReport> workers = HashTreePMap.empty();
    PMap<String, CachePurge> purges = HashTreePMap.empty();
    PMap<Integer, CacheStats> cacheStats = HashTreePMap.empty();
    ControlState.Budgets budgets = ControlState.Budgets.EMPTY;
    PMap<String, byte[]> apiKeys = HashTreePMap.empty();
    PSet<String> unreadable = TreePSet.empty();

    /** Creates a builder without records. */
    public ControlStateBuilder() {}

    /** Creates a builder that starts with a state. */
    ControlStateBuilder(ControlState start) {
        policies = start.policies;
        ramps = start.ramps;
        trips = start.trips;
        cancellations = start.cancellations;
        commands = start.commands;
        workers = start.workers;
        purges = HashTreePMap.from(start.cache.purges());
        cacheStats = HashTreePMap.from(start.cache.partitions());
        budgets = start.budgets;
        apiKeys = start.apiKeys;
        unreadable = start.unreadable;
    }

    /** Returns the current state. */
    public ControlState state() {
        return new ControlState(this);
    }

    /**
     * Adds a record.
     *
     * @param value null for a tombstone
     * @return why the record cannot be read; empty if it was read
     */
    public Optional<String> add(String text, byte @Nullable [] value) {
        unreadable = unreadable.minus(text);
        var key = ControlKey.of(text).orElse(null);
        if (key != null) {
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
        unreadable = unreadable.plus(text);
        return Optional.of(reason);
    }

    private void put(ControlKey key, byte[] value) {
        switch (key) {
            case ControlKey.PolicyVersion version ->
                    putVersion(version, Optional.of(AppliedPolicy.of(version, value)));
            case ControlKey.Ramp ramp -> ramps = ramps.plus(ramp, RampStep.of(value));
            case ControlKey.Guard guard -> trips = trips.plus(guard, Trip.of(value));
            case ControlKey.Cancellation cancellation ->
                    cancellations = cancellations.plus(cancellation, OperatorCommand.of(value));
            case ControlKey.Pause _, ControlKey.BreakerReset _ ->
                    commands = commands.plus(key, OperatorCommand.of(value));
            case ControlKey.Report(String instance) ->
                    workers = workers.plus(instance, WorkerReport.of(value));
            case ControlKey.Purge(String id) -> purges = purges.plus(id, CachePurge.of(value));
            case ControlKey.CachePartition(int partition) ->
                    cacheStats = cacheStats.plus(partition, CacheStats.of(value));
            case ControlKey.ApiKey(String id) -> apiKeys = apiKeys.plus(id, value);
            case ControlKey.Limit limit -> budgets = budgets.plus(limit, BudgetLimit.of(value));
            case ControlKey.Budget budget -> budgets = budgets.plus(budget, BudgetState.of(value));
        }
    }

    private void putVersion(ControlKey.PolicyVersion key, Optional<AppliedPolicy> policy) {
        TreePMap<Integer, Optional<AppliedPolicy>> versions =
                policies.getOrDefault(key.policy(), TreePMap.empty());
        policies = policies.plus(key.policy(), versions.plus(key.version(), policy));
    }

    /**
     * Marks the number of an unreadable version as used, because other processes can possibly read
     * the version.
     */
    private void reserve(ControlKey key) {
        if (key instanceof ControlKey.PolicyVersion version) {
            putVersion(version, Optional.empty());
        }
    }

    private void remove(ControlKey key) {
        switch (key) {
            case ControlKey.PolicyVersion(String policy, int version) ->
                    removeVersion(policy, version);
            case ControlKey.Ramp ramp -> ramps = ramps.minus(ramp);
            case ControlKey.Guard guard -> trips = trips.minus(guard);
            case ControlKey.Cancellation cancellation ->
                    cancellations = cancellations.minus(cancellation);
            case ControlKey.Pause _, ControlKey.BreakerReset _ -> commands = commands.minus(key);
            case ControlKey.Report(String instance) -> workers = workers.minus(instance);
            case ControlKey.Purge(String id) -> purges = purges.minus(id);
            case ControlKey.CachePartition(int partition) ->
                    cacheStats = cacheStats.minus(partition);
            case ControlKey.ApiKey(String id) -> apiKeys = apiKeys.minus(id);
            case ControlKey.Limit limit -> budgets = budgets.minus(limit);
            case ControlKey.Budget budget -> budgets = budgets.minus(budget);
        }
    }

    private void removeVersion(String policy, int version) {
        TreePMap<Integer, Optional<AppliedPolicy>> versions =
                policies.getOrDefault(policy, TreePMap.empty()).minus(version);
        policies = versions.isEmpty() ? policies.minus(policy) : policies.plus(policy, versions);
    }
}
