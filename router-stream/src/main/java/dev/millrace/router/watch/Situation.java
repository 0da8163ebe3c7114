package dev.millrace.router.watch;

import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.RampStep;
import dev.millrace.contracts.control.Trip;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/**
 * What is in force at one moment.
 *
 * @param control what the control topic says
 * @param byId the rules in force that have a guard or a ramp, by {@link WatchedRule#id}
 */
record Situation(ControlState control, Map<String, WatchedRule> byId) {
    Situation {
        byId = Map.copyOf(byId);
    }

    /** The rules in force that have a guard or a ramp. */
    Collection<WatchedRule> rules() {
        return byId.values();
    }

    /** The one of them that jobs were routed by, if it is in force. */
    Optional<WatchedRule> rule(String routedBy) {
        return Optional.ofNullable(byId.get(routedBy));
    }

    /** The last trip of an arm that control knows of, in force or cleared. */
    Optional<Trip> lastTrip(String policy, String arm) {
        return control.lastTrip(policy, arm);
    }

    /** The step that the ramp of the rule has reached as far as control knows, from 0. */
    int rampStep(WatchedRule rule) {
        return control.rampStep(rule.policy(), rule.number(), rule.version())
                .map(RampStep::step)
                .orElse(0);
    }
}
