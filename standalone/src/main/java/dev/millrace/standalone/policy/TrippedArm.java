package dev.millrace.standalone.policy;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.Trip;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.standalone.console.WholeSeconds;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;

/**
 * An arm of a policy that gets no jobs, because a guard of this or an earlier version has tripped.
 *
 * @param policy name of the policy
 * @param rule number of the rule that guards the arm, from 1
 * @param arm name of the arm in the rule
 */
record TrippedArm(String policy, int rule, String arm, Trip trip) {
    /** Returns the tripped arms of policies, given by their names. */
    static List<TrippedArm> of(Map<String, Policy> policies, ControlState state, Catalog catalog) {
        return policies.entrySet().stream()
                .flatMap(it -> of(it.getKey(), it.getValue(), state, catalog).stream())
                .toList();
    }

    /** Returns the tripped arms of a policy, in the order of its rules. */
    static List<TrippedArm> of(String name, Policy policy, ControlState state, Catalog catalog) {
        var found = new ArrayList<TrippedArm>();
        for (var i = 0; i < policy.rules().size(); i++) {
            var number = i + 1;
            policy.rules()
                    .get(i)
                    .guard()
                    .ifPresent(
                            guard ->
                                    state.trip(name, guard.arm(), catalog)
                                            .map(
                                                    it ->
                                                            new TrippedArm(
                                                                    name, number, guard.arm(), it))
                                            .ifPresent(found::add));
        }
        return found;
    }

    /** Returns a line that says why the arm has no share, and how to restore it. */
    String text() {
        return "rule %d: %s has 0 %%, since a guard tripped it at %s: %s; \"millrace policy clear %s %s\" restores its share"
                .formatted(
                        rule, arm, WholeSeconds.of(trip.trippedAt()), trip.reason(), policy, arm);
    }

    /** Writes the tripped arms of one policy into the open JSON object. */
    static void write(List<TrippedArm> tripped, JsonGenerator json) {
        json.writeArrayPropertyStart("tripped");
        for (TrippedArm each : tripped) {
            json.writeStartObject();
            json.writeStringProperty("arm", each.arm);
            json.writeNumberProperty("rule", each.rule);
            json.writeStringProperty("at", each.trip.trippedAt().toString());
            json.writeStringProperty("reason", each.trip.reason());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
