package dev.millrace.contracts.control;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.job.JobId;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the records of the control topic say together. Immutable; kinds that this version does not
 * know are passed over, and so are records that it cannot read, which are counted.
 */
public final class ControlState {
    /** What an empty topic says. */
    public static final ControlState EMPTY = new ControlFold().state();

    private final Map<String, NavigableMap<Integer, Optional<AppliedPolicy>>> policies;
    private final Map<ControlKey.Ramp, RampStep> ramps;
    private final Map<ControlKey.Guard, Trip> trips;
    private final Map<ControlKey, OperatorCommand> orders;
    private final Set<String> unreadable;

    /** Takes over what the fold gives out: nobody writes to it any more. */
    ControlState(
            Map<String, NavigableMap<Integer, Optional<AppliedPolicy>>> policies,
            Map<ControlKey.Ramp, RampStep> ramps,
            Map<ControlKey.Guard, Trip> trips,
            Map<ControlKey, OperatorCommand> orders,
            Set<String> unreadable) {
        this.policies = policies;
        this.ramps = ramps;
        this.trips = trips;
        this.orders = orders;
        this.unreadable = unreadable;
    }

    /**
     * The state after one more record.
     *
     * @param value null for a tombstone
     */
    public ControlState with(String key, byte @Nullable [] value) {
        var fold = toFold();
        fold.add(key, value);
        return fold.state();
    }

    /** To add many records at once. */
    ControlFold toFold() {
        return new ControlFold(policies, ramps, trips, orders, unreadable);
    }

    /** The policies in force, by name: of each the highest version that can be read. */
    public Map<String, AppliedPolicy> policies() {
        var current = new TreeMap<String, AppliedPolicy>();
        policies.keySet().forEach(name -> policy(name).ifPresent(it -> current.put(name, it)));
        return Collections.unmodifiableMap(current);
    }

    /** The policy of that name that is in force, if control has one. */
    public Optional<AppliedPolicy> policy(String name) {
        var versions = policies.get(name);
        return versions == null
                ? Optional.empty()
                : versions.descendingMap().values().stream().flatMap(Optional::stream).findFirst();
    }

    /** Every version of a policy that can be read, from the first to the last. */
    public List<AppliedPolicy> history(String name) {
        return policies.getOrDefault(name, new TreeMap<>()).values().stream()
                .flatMap(Optional::stream)
                .toList();
    }

    /**
     * The highest version of a policy that was ever written and is there, readable or not; or 0.
     */
    public int lastVersion(String name) {
        var versions = policies.get(name);
        return versions == null ? 0 : versions.lastKey();
    }

    /**
     * The policies of which a later version is there than the last that can be read, with the
     * number of the highest such: whoever can read it goes by it.
     */
    public Map<String, Integer> unreadableVersions() {
        var ahead = new TreeMap<String, Integer>();
        policies.forEach(
                (name, versions) -> {
                    if (versions.lastEntry().getValue().isEmpty()) {
                        ahead.put(name, versions.lastKey());
                    }
                });
        return Collections.unmodifiableMap(ahead);
    }

    /** Of those a sentence for a person, such as {@code default v8 cannot be read …}, if any. */
    public Optional<String> unreadableVersionsTold() {
        return unreadableVersions().entrySet().stream()
                .map(it -> it.getKey() + " v" + it.getValue())
                .reduce((one, other) -> one + ", " + other)
                .map(those -> those + " cannot be read by this Millrace");
    }

    /**
     * Where the ramp of a rule is, if that version of the policy has got anywhere.
     *
     * @param rule its number, from 1
     * @param version as in {@code routed_by}
     */
    public Optional<RampStep> rampStep(String policy, int rule, String version) {
        return Optional.ofNullable(ramps.get(new ControlKey.Ramp(policy, rule)))
                .filter(step -> step.version().equals(version));
    }

    /**
     * Returns the trip that keeps an arm of a policy without a share, if one does.
     *
     * @param arm any name of its model
     */
    public Optional<Trip> trip(String policy, String arm, Catalog catalog) {
        return lastTrip(policy, arm, catalog).filter(Trip::isInForce);
    }

    /**
     * Returns the last trip of an arm; one that is in force comes after all that were cleared.
     *
     * @param arm any name of its model
     */
    public Optional<Trip> lastTrip(String policy, String arm, Catalog catalog) {
        return trips(policy, arm, catalog).values().stream().max(Trip.BY_AGE);
    }

    /**
     * Returns the trips of an arm. A trip is stored under the catalog's name of its model; earlier
     * versions stored it under the name that the policy wrote, which may be an alias.
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

    /** The last trip of each arm, in force or cleared. */
    public Map<ControlKey.Guard, Trip> trips() {
        return trips;
    }

    /** Where ramps are, of whatever version. */
    public Map<ControlKey.Ramp, RampStep> ramps() {
        return ramps;
    }

    /** Whether a job that was submitted then has been cancelled, by itself or with its batch. */
    public boolean isCancelled(String tenant, String batch, JobId job, Instant submittedAt) {
        return !orders.isEmpty()
                && (isCancelled(new ControlKey.CancelBatch(tenant, batch), submittedAt)
                        || isCancelled(new ControlKey.CancelJob(job), submittedAt));
    }

    private boolean isCancelled(ControlKey key, Instant submittedAt) {
        var order = orders.get(key);
        return order != null && !submittedAt.isAfter(order.at());
    }

    /** Whether everything is paused. */
    public boolean isPaused() {
        return orders.containsKey(new ControlKey.PauseAll());
    }

    /** Whether that model is paused, by itself or with everything. */
    public boolean isPaused(String model) {
        return !orders.isEmpty()
                && (isPaused() || orders.containsKey(new ControlKey.PauseModel(model)));
    }

    /** The cancellations and pauses that hold. */
    public Map<ControlKey, OperatorCommand> orders() {
        return orders;
    }

    /** The keys of records that cannot be read. */
    public Set<String> unreadable() {
        return unreadable;
    }
}
