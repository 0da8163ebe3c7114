package dev.millrace.contracts.control;

import org.jspecify.annotations.Nullable;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Takes control records in the order of their topic. Whoever has a {@link ControlState} of it does
 * not see what is added later.
 */
final class ControlFold {
    /** A version whose number has more digits than {@link ControlKey#HIGHEST_VERSION}. */
    private static final Pattern TOO_HIGH = Pattern.compile("policy/[^/]+/[1-9][0-9]{9,}");

    private final Map<String, NavigableMap<Integer, Optional<AppliedPolicy>>> policies;
    private final Map<ControlKey.Ramp, RampStep> ramps;
    private final Map<ControlKey.Guard, Trip> trips;
    private final Map<ControlKey, OperatorCommand> orders;
    private final Set<String> unreadable;

    ControlFold() {
        this(Map.of(), Map.of(), Map.of(), Map.of(), Set.of());
    }

    /** Begins with copies. */
    ControlFold(
            Map<String, NavigableMap<Integer, Optional<AppliedPolicy>>> policies,
            Map<ControlKey.Ramp, RampStep> ramps,
            Map<ControlKey.Guard, Trip> trips,
            Map<ControlKey, OperatorCommand> orders,
            Set<String> unreadable) {
        this.policies = new HashMap<>();
        policies.forEach((name, versions) -> this.policies.put(name, new TreeMap<>(versions)));
        this.ramps = new HashMap<>(ramps);
        this.trips = new HashMap<>(trips);
        this.orders = new HashMap<>(orders);
        this.unreadable = new TreeSet<>(unreadable);
    }

    /** The state now. */
    ControlState state() {
        var copy = new ControlFold(policies, ramps, trips, orders, unreadable);
        return new ControlState(
                Collections.unmodifiableMap(copy.policies),
                Collections.unmodifiableMap(copy.ramps),
                Collections.unmodifiableMap(copy.trips),
                Collections.unmodifiableMap(copy.orders),
                Collections.unmodifiableSet(copy.unreadable));
    }

    /**
     * Takes a record.
     *
     * @param value null for a tombstone
     * @return why it cannot be read, if it cannot
     */
    Optional<String> add(String text, byte @Nullable [] value) {
        unreadable.remove(text);
        var key = ControlKey.of(text).orElse(null);
        if (key != null) {
            remove(key);
        }
        if (value == null) {
            return Optional.empty();
        }
        if (key == null) {
            return TOO_HIGH.matcher(text).matches()
                    ? complain(text, "the number of its version is too high")
                    : Optional.empty();
        }
        try {
            put(key, value);
            return Optional.empty();
        } catch (RuntimeException e) {
            // Whatever it is: what somebody has written must not stop everybody who follows.
            reserve(key);
            return complain(text, String.valueOf(e.getMessage()));
        }
    }

    private Optional<String> complain(String text, String reason) {
        unreadable.add(text);
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
            case ControlKey.CancelBatch _,
                    ControlKey.CancelJob _,
                    ControlKey.PauseAll _,
                    ControlKey.PauseModel _ ->
                    orders.put(key, OperatorCommand.of(value));
        }
    }

    /** A version that cannot be read is not used again, since others may read it. */
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
            case ControlKey.CancelBatch _,
                    ControlKey.CancelJob _,
                    ControlKey.PauseAll _,
                    ControlKey.PauseModel _ ->
                    orders.remove(key);
        }
    }

    private NavigableMap<Integer, Optional<AppliedPolicy>> versions(ControlKey.PolicyVersion key) {
        return policies.computeIfAbsent(key.policy(), _ -> new TreeMap<>());
    }
}
