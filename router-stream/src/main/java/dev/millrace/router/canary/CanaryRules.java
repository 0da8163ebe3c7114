package dev.millrace.router.canary;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.RampStep;
import dev.millrace.contracts.control.Trip;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/**
 * Snapshot of the rules in force that have a guard or a ramp, and of the control state.
 *
 * @param control the control state
 * @param catalog resolves model names and aliases
 * @param byId the rules, by {@link CanaryRule#id}
 */
record CanaryRules(ControlState control, Catalog catalog, Map<String, CanaryRule> byId) {
    CanaryRules {
        byId = Map.copyOf(byId);
    }

    Collection<CanaryRule> all() {
        return byId.values();
    }

    /** Returns the rule that routed a job; empty if it is not in force or not monitored. */
    Optional<CanaryRule> rule(String routedBy) {
        return Optional.ofNullable(byId.get(routedBy));
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
