package dev.millrace.router.guards;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.RampStep;
import dev.millrace.contracts.control.Trip;
import dev.millrace.contracts.control.VersionedPolicy;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.policy.RoutedBy;
import dev.millrace.contracts.policy.Rule;
import dev.millrace.router.guards.Canaries.Canary;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Immutable snapshot of the rules in force that have a guard or a ramp. */
public final class CanaryRules {
    private final ControlState control;
    private final Catalog catalog;
    private final Map<String, CanaryRule> byId;

    private CanaryRules(ControlState control, Catalog catalog, Map<String, CanaryRule> byId) {
        this.control = control;
        this.catalog = catalog;
        this.byId = Map.copyOf(byId);
    }

    /**
     * Returns the rules of all policies. A policy in control overrides the configured policy of the
     * same name.
     *
     * @param configured the policies of the configuration, by name
     * @param catalog resolves model names and aliases
     */
    public static CanaryRules of(
            ControlState control, Map<String, Policy> configured, Catalog catalog) {
        Map<String, CanaryRule> byId = new HashMap<>();
        VersionedPolicy.all(control, configured)
                .forEach((name, policy) -> add(name, policy, catalog, byId));
        return new CanaryRules(control, catalog, byId);
    }

    private static void add(
            String name, VersionedPolicy inForce, Catalog catalog, Map<String, CanaryRule> byId) {
        List<Rule> rules = inForce.policy().rules();
        for (int i = 0; i < rules.size(); i++) {
            var routedBy = new RoutedBy(name, i + 1, inForce.version());
            CanaryRule.of(routedBy, rules.get(i), catalog::nameOf)
                    .ifPresent(rule -> byId.put(rule.id(), rule));
        }
    }

    /** Returns true if these are the rules of a state of control, which is another object later. */
    boolean areOf(ControlState state) {
        return control == state;
    }

    Collection<CanaryRule> all() {
        return byId.values();
    }

    /** Returns the rule that routed a job; empty if it is not in force or not monitored. */
    Optional<CanaryRule> rule(String routedBy) {
        return Optional.ofNullable(byId.get(routedBy));
    }

    /**
     * Returns the canary of a rule; empty if the rule has no guard or is not in force. Its initial
     * in-flight limit is the window size of its guard, divided among the partitions.
     */
    public Optional<Canary> canary(String routedBy, int partitions) {
        return rule(routedBy)
                .flatMap(rule -> rule.guard().map(guard -> canary(rule, guard, partitions)));
    }

    private Canary canary(CanaryRule rule, GuardedArm guard, int partitions) {
        long clearedMillis =
                lastTrip(rule.policy(), guard.model())
                        .flatMap(Trip::clearedAt)
                        .map(Instant::toEpochMilli)
                        .orElse(0L);
        return new Canary(
                guard.model(), Math.ceilDiv(guard.rule().over(), partitions), clearedMillis);
    }

    /** Returns the last trip of a model in control, in force or cleared. */
    Optional<Trip> lastTrip(String policy, String model) {
        return control.lastTrip(policy, model, catalog);
    }

    /** Returns the ramp step of a rule in control, from 0. */
    int rampStep(CanaryRule rule) {
        return control.rampStep(rule.policy(), rule.number(), rule.version())
                .map(RampStep::step)
                .orElse(0);
    }
}
