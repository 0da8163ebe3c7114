package dev.millrace.router.watch;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.RampStep;
import dev.millrace.contracts.control.Trip;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/**
 * The rules that are to be watched at one moment, and what control says of them then.
 *
 * @param control what the control topic says
 * @param catalog the names of models
 * @param byId the rules in force that have a guard or a ramp, by {@link WatchedRule#id}
 */
record WatchedRules(ControlState control, Catalog catalog, Map<String, WatchedRule> byId) {
    WatchedRules {
        byId = Map.copyOf(byId);
    }

    /** The rules in force that have a guard or a ramp. */
    Collection<WatchedRule> all() {
        return byId.values();
    }

    /** The one of them that jobs were routed by, if it is in force. */
    Optional<WatchedRule> rule(String routedBy) {
        return Optional.ofNullable(byId.get(routedBy));
    }

    /** Returns the last trip of a model that control knows of, in force or cleared. */
    Optional<Trip> lastTrip(String policy, String model) {
        return control.lastTrip(policy, model, catalog);
    }

    /** The step that the ramp of the rule has reached as far as control knows, from 0. */
    int rampStep(WatchedRule rule) {
        return control.rampStep(rule.policy(), rule.number(), rule.version())
                .map(RampStep::step)
                .orElse(0);
    }
}
