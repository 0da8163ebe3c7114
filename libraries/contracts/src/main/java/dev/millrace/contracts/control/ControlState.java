package dev.millrace.contracts.control;

import dev.millrace.contracts.budget.BudgetLimit;
import dev.millrace.contracts.budget.BudgetState;
import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.job.JobId;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.HashTreePSet;
import org.pcollections.PMap;
import org.pcollections.PSet;
import org.pcollections.TreePMap;

/**
 * The combined state of all records in the control topic. Immutable. Unknown kinds of records are
 * ignored; the keys of unreadable records are kept.
 */
public final class ControlState {
    /**
     * The records about the answer cache.
     *
     * @param purges each purge by its id, expired ones included
     * @param partitions sizes and counts of each partition of the cache, by its number
     */
    public record Cache(Map<String, CachePurge> purges, Map<Integer, CacheStats> partitions) {
        static final Cache EMPTY = new Cache(Map.of(), Map.of());

        public Cache {
            purges = Map.copyOf(purges);
            partitions = Map.copyOf(partitions);
        }

        /** Returns the sums over all partitions. */
        public CacheStats total() {
            return partitions.values().stream().reduce(CacheStats.NONE, CacheStats::plus);
        }

        /** Returns the records without expired purges; this object if there are none. */
        private Cache inEffect(Instant now) {
            if (purges.values().stream().noneMatch(it -> it.isExpired(now))) {
                return this;
            }
            var remaining = new HashMap<>(purges);
            remaining.values().removeIf(it -> it.isExpired(now));
            return new Cache(remaining, partitions);
        }
    }

    /** The records about budgets. Immutable. */
    public static final class Budgets {
        static final Budgets EMPTY =
                new Budgets(HashTreePMap.empty(), HashTreePMap.empty(), HashTreePMap.empty());

        private final PMap<ControlKey.Limit, BudgetLimit> limits;
        private final PMap<ControlKey.Budget, BudgetState> states;

        /**
         * Keys of each tenant's budgets that have a state, without the budgets of its batches and
         * keys.
         */
        private final PMap<String, PSet<ControlKey.TenantBudget>> ofTenants;

        private Budgets(
                PMap<ControlKey.Limit, BudgetLimit> limits,
                PMap<ControlKey.Budget, BudgetState> states,
                PMap<String, PSet<ControlKey.TenantBudget>> ofTenants) {
            this.limits = limits;
            this.states = states;
            this.ofTenants = ofTenants;
        }

        /** Returns the limits that operators set. */
        public Map<ControlKey.Limit, BudgetLimit> limits() {
            return limits;
        }

        /** Returns the state of each account. */
        public Map<ControlKey.Budget, BudgetState> states() {
            return states;
        }

        /**
         * Returns the budgets of a tenant that have a state, without the budgets of batches and
         * keys.
         */
        public Set<ControlKey.TenantBudget> ofTenant(String tenant) {
            return setOf(tenant);
        }

        private PSet<ControlKey.TenantBudget> setOf(String tenant) {
            return ofTenants.getOrDefault(tenant, HashTreePSet.empty());
        }

        Budgets plus(ControlKey.Limit key, BudgetLimit limit) {
            return new Budgets(limits.plus(key, limit), states, ofTenants);
        }

        Budgets plus(ControlKey.Budget key, BudgetState state) {
            return new Budgets(
                    limits,
                    states.plus(key, state),
                    key instanceof ControlKey.TenantBudget budget
                            ? ofTenants.plus(budget.tenant(), setOf(budget.tenant()).plus(budget))
                            : ofTenants);
        }

        Budgets minus(ControlKey.Limit key) {
            return limits.containsKey(key)
                    ? new Budgets(limits.minus(key), states, ofTenants)
                    : this;
        }

        Budgets minus(ControlKey.Budget key) {
            return states.containsKey(key)
                    ? new Budgets(
                            limits,
                            states.minus(key),
                            key instanceof ControlKey.TenantBudget it ? without(it) : ofTenants)
                    : this;
        }

        private PMap<String, PSet<ControlKey.TenantBudget>> without(
                ControlKey.TenantBudget budget) {
            PSet<ControlKey.TenantBudget> others = setOf(budget.tenant()).minus(budget);
            return others.isEmpty()
                    ? ofTenants.minus(budget.tenant())
                    : ofTenants.plus(budget.tenant(), others);
        }
    }

    /** The state of an empty topic. */
    public static final ControlState EMPTY = new ControlStateBuilder().state();

    final PMap<String, TreePMap<Integer, Optional<AppliedPolicy>>> policies;
    final PMap<ControlKey.Ramp, RampStep> ramps;
    final PMap<ControlKey.Guard, Trip> trips;
    final PMap<ControlKey.Cancellation, OperatorCommand> cancellations;
    final PMap<ControlKey, OperatorCommand> commands;
    final PMap<String, WorkerReport> workers;
    final Cache cache;
    final Budgets budgets;
    final PMap<String, byte[]> apiKeys;
    final PSet<String> unreadable;

    ControlState(ControlStateBuilder built) {
        policies = built.policies;
        ramps = built.ramps;
        trips = built.trips;
        cancellations = built.cancellations;
        commands = built.commands;
        workers = built.workers;
        cache = new Cache(built.purges, built.cacheStats);
        budgets = built.budgets;
        apiKeys = built.apiKeys;
        unreadable = built.unreadable;
    }

    /**
     * Returns the state after one more record.
     *
     * @param value null for a tombstone
     */
    public ControlState with(String key, byte @Nullable [] value) {
        var builder = new ControlStateBuilder(this);
        builder.add(key, value);
        return builder.state();
    }

    /** Returns the policies in force by name: the highest readable version of each. */
    public Map<String, AppliedPolicy> policies() {
        var current = new TreeMap<String, AppliedPolicy>();
        policies.keySet().forEach(name -> policy(name).ifPresent(it -> current.put(name, it)));
        return Collections.unmodifiableMap(current);
    }

    /** Returns the version of a policy that is in force, if any. */
    public Optional<AppliedPolicy> policy(String name) {
        var versions = policies.get(name);
        return versions == null
                ? Optional.empty()
                : versions.descendingMap().values().stream().flatMap(Optional::stream).findFirst();
    }

    /** Returns every readable version of a policy, oldest first. */
    public List<AppliedPolicy> history(String name) {
        return policies.getOrDefault(name, TreePMap.empty()).values().stream()
                .flatMap(Optional::stream)
                .toList();
    }

    /**
     * Returns the highest version of a policy in the topic, readable or not; 0 if there is none.
     */
    public int lastVersion(String name) {
        var versions = policies.get(name);
        return versions == null ? 0 : versions.lastKey();
    }

    /**
     * Returns the unreadable highest version of each policy that has one. Other processes can
     * possibly read it, and then use it.
     */
    public Map<String, Integer> unreadableVersions() {
        var unreadable = new TreeMap<String, Integer>();
        policies.forEach(
                (name, versions) -> {
                    if (versions.lastEntry().getValue().isEmpty()) {
                        unreadable.put(name, versions.lastKey());
                    }
                });
        return Collections.unmodifiableMap(unreadable);
    }

    /**
     * Describes {@link #unreadableVersions} in one sentence, such as {@code default v8 cannot be
     * read …}; empty if there are none.
     */
    public Optional<String> unreadableVersionsMessage() {
        return unreadableVersions().entrySet().stream()
                .map(it -> it.getKey() + " v" + it.getValue())
                .reduce((one, other) -> one + ", " + other)
                .map(versions -> versions + " cannot be read by this version of Millrace");
    }

    /**
     * Returns the step of a rule's ramp, if the given version of the policy has started it.
     *
     * @param rule number of the rule, from 1
     * @param version version of the policy as in {@code routed_by}
     */
    public Optional<RampStep> rampStep(String policy, int rule, String version) {
        return Optional.ofNullable(ramps.get(new ControlKey.Ramp(policy, rule)))
                .filter(step -> step.version().equals(version));
    }

    /**
     * Returns the trip that is in force for an arm of a policy, if any.
     *
     * @param arm any name of its model
     */
    public Optional<Trip> trip(String policy, String arm, Catalog catalog) {
        return lastTrip(policy, arm, catalog).filter(Trip::isInForce);
    }

    /**
     * Returns the last trip of an arm. A trip in force counts as later than all cleared ones.
     *
     * @param arm any name of its model
     */
    public Optional<Trip> lastTrip(String policy, String arm, Catalog catalog) {
        return trips(policy, arm, catalog).values().stream().max(Trip.BY_AGE);
    }

    /**
     * Returns the trips of an arm. A trip is stored under the catalog name of its model, which can
     * have become an alias since.
     *
     * @param arm any name of its model
     */
    public Map<ControlKey.Guard, Trip> trips(String policy, String arm, Catalog catalog) {
        if (trips.isEmpty()) {
            return Map.of();
        }
        String model = catalog.nameOf(arm);
        var found = new HashMap<ControlKey.Guard, Trip>();
        trips.forEach(
                (key, trip) -> {
                    if (key.policy().equals(policy) && catalog.nameOf(key.arm()).equals(model)) {
                        found.put(key, trip);
                    }
                });
        return found;
    }

    /** Returns the last trip of each arm, in force or cleared. */
    public Map<ControlKey.Guard, Trip> trips() {
        return trips;
    }

    /** Returns the position of every ramp, of any policy version. */
    public Map<ControlKey.Ramp, RampStep> ramps() {
        return ramps;
    }

    /**
     * Returns true if a job with the given submission time is cancelled, on its own or with its
     * batch.
     */
    public boolean isCancelled(String tenant, String batch, JobId job, Instant submittedAt) {
        return cancellations(tenant, batch, job).anyMatch(it -> !submittedAt.isAfter(it.at()));
    }

    /**
     * Returns true if a job with the given submission time is cancelled together with its running
     * call.
     */
    public boolean isCallCancelled(String tenant, String batch, JobId job, Instant submittedAt) {
        return cancellations(tenant, batch, job)
                .flatMap(it -> it.runningAt().stream())
                .anyMatch(it -> !submittedAt.isAfter(it));
    }

    /** Returns the cancellations of the job and of its batch. */
    private Stream<OperatorCommand> cancellations(String tenant, String batch, JobId job) {
        return cancellations.isEmpty()
                ? Stream.empty()
                : Stream.of(
                                new ControlKey.CancelBatch(tenant, batch),
                                new ControlKey.CancelJob(job))
                        .flatMap(key -> Stream.ofNullable(cancellations.get(key)));
    }

    /** Returns true if all models are paused. */
    public boolean isPaused() {
        return commands.containsKey(new ControlKey.PauseAll());
    }

    /** Returns true if the model is paused, on its own or with all models. */
    public boolean isPaused(String model) {
        return !commands.isEmpty()
                && (isPaused() || commands.containsKey(new ControlKey.PauseModel(model)));
    }

    /** Returns true if the jobs of a batch are paused, on their own or with their tenant. */
    public boolean isPaused(String tenant, String batch) {
        return !commands.isEmpty()
                && (commands.containsKey(new ControlKey.PauseTenant(tenant))
                        || commands.containsKey(new ControlKey.PauseBatch(tenant, batch)));
    }

    /** Returns the latest reset of each model's breakers. */
    public Map<String, OperatorCommand> breakerResets() {
        var resets = new HashMap<String, OperatorCommand>();
        commands.forEach(
                (key, command) -> {
                    if (key instanceof ControlKey.BreakerReset(String model)) {
                        resets.put(model, command);
                    }
                });
        return resets;
    }

    /**
     * Returns true if no cancellation, pause or reset has changed since an earlier state. Other
     * records, such as the reports of all workers, change often and concern no job. Can return
     * false for equal commands that were read again.
     */
    @SuppressWarnings("ReferenceEquality") // Unchanged parts keep their identity.
    public boolean hasCommandsOf(ControlState earlier) {
        return commands == earlier.commands && hasCancellationsOf(earlier);
    }

    /** Like {@link #hasCommandsOf}, for cancellations alone. */
    @SuppressWarnings("ReferenceEquality") // Unchanged parts keep their identity.
    public boolean hasCancellationsOf(ControlState earlier) {
        return cancellations == earlier.cancellations;
    }

    /** Returns the cancellations. */
    public Map<ControlKey.Cancellation, OperatorCommand> cancellations() {
        return cancellations;
    }

    /** Returns the pauses and resets, expired ones included. */
    public Map<ControlKey, OperatorCommand> commands() {
        return commands;
    }

    /** Returns the pauses, expired ones included. */
    public Map<ControlKey.Pause, OperatorCommand> pauses() {
        var pauses = new HashMap<ControlKey.Pause, OperatorCommand>();
        commands.forEach(
                (key, command) -> {
                    if (key instanceof ControlKey.Pause pause) {
                        pauses.put(pause, command);
                    }
                });
        return pauses;
    }

    /** Returns the state without expired pauses and purges; this object if there are none. */
    public ControlState inEffect(Instant now) {
        return with(cache.inEffect(now), without(commands, it -> it.isExpired(now)));
    }

    /** Returns the state without the pauses and resets that have ended; this object if none has. */
    public ControlState without(Predicate<OperatorCommand> hasEnded) {
        return with(cache, without(commands, hasEnded));
    }

    @SuppressWarnings("ReferenceEquality") // Unchanged parts keep their identity.
    private ControlState with(Cache cache, PMap<ControlKey, OperatorCommand> commands) {
        if (cache == this.cache && commands == this.commands) {
            return this;
        }
        var changed = new ControlStateBuilder(this);
        changed.purges = HashTreePMap.from(cache.purges());
        changed.commands = commands;
        return changed.state();
    }

    private static <K, V> PMap<K, V> without(PMap<K, V> map, Predicate<V> isRemoved) {
        PMap<K, V> remaining = map;
        for (Map.Entry<K, V> entry : map.entrySet()) {
            if (isRemoved.test(entry.getValue())) {
                remaining = remaining.minus(entry.getKey());
            }
        }
        return remaining;
    }

    /** Returns the report of each worker by its instance, expired reports included. */
    public Map<String, WorkerReport> workers() {
        return workers;
    }

    /** Returns the purges and sizes of the answer cache, expired purges included. */
    public Cache cache() {
        return cache;
    }

    /** Returns the limits and states of budgets. */
    public Budgets budgets() {
        return budgets;
    }

    /**
     * Returns the records of the gateway's API keys by id, which only the gateway reads; shared,
     * must not be modified. Once there is one, no request may be accepted without a key, even if
     * all keys are expired, revoked or unreadable.
     */
    public Map<String, byte[]> apiKeys() {
        return apiKeys;
    }

    /** Returns when the next command expires; empty if none does. */
    public Optional<Instant> nextExpiry() {
        return commands.values().stream()
                .flatMap(it -> it.expires().stream())
                .min(Comparator.naturalOrder());
    }

    /** Returns the keys of unreadable records. */
    public Set<String> unreadable() {
        return unreadable;
    }
}
