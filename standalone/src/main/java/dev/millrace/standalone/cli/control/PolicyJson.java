package dev.millrace.standalone.cli.control;

import dev.millrace.contracts.control.AppliedPolicy;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.standalone.control.InForce;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;

/** Policies for machines. */
final class PolicyJson {
    private PolicyJson() {}

    /** Those in force, with their ramps and tripped guards. */
    static void print(Map<String, InForce> policies, ControlState state, PrintStream out) {
        ChangeReport.printJson(
                out,
                json -> {
                    json.writeStartArray();
                    policies.forEach((name, policy) -> write(name, policy, state, json));
                    json.writeEndArray();
                });
    }

    private static void write(String name, InForce policy, ControlState state, JsonGenerator json) {
        json.writeStartObject();
        json.writeStringProperty("policy", name);
        json.writeStringProperty("version", policy.version());
        policy.applied().ifPresent(it -> writeStamp(it, json));
        json.writeStringProperty("text", policy.policy().text());
        json.writeArrayPropertyStart("ramps");
        state.ramps()
                .forEach(
                        (key, step) -> {
                            if (key.policy().equals(name)
                                    && step.version().equals(policy.version())) {
                                json.writeStartObject();
                                json.writeNumberProperty("rule", key.rule());
                                json.writeStringProperty("arm", step.arm());
                                json.writeNumberProperty("step", step.step());
                                json.writeNumberProperty("share", step.share());
                                json.writeStringProperty("since", step.since().toString());
                                json.writeEndObject();
                            }
                        });
        json.writeEndArray();
        json.writeArrayPropertyStart("trips");
        state.trips()
                .forEach(
                        (key, trip) -> {
                            if (key.policy().equals(name) && trip.isInForce()) {
                                json.writeStartObject();
                                json.writeStringProperty("arm", key.arm());
                                json.writeStringProperty("tripped_at", trip.trippedAt().toString());
                                json.writeStringProperty("reason", trip.reason());
                                json.writeNumberProperty("jobs", trip.jobs());
                                json.writeNumberProperty("errors", trip.errors());
                                json.writeNumberProperty("cost_usd", trip.costUsd());
                                json.writeEndObject();
                            }
                        });
        json.writeEndArray();
        json.writeEndObject();
    }

    /** All versions of one policy. */
    static void printHistory(List<AppliedPolicy> versions, PrintStream out) {
        ChangeReport.printJson(
                out,
                json -> {
                    json.writeStartArray();
                    for (AppliedPolicy version : versions) {
                        json.writeStartObject();
                        json.writeStringProperty("version", version.label());
                        writeStamp(version, json);
                        json.writeBooleanProperty("in_force", version.equals(versions.getLast()));
                        json.writeStringProperty("text", version.policy().text());
                        json.writeEndObject();
                    }
                    json.writeEndArray();
                });
    }

    private static void writeStamp(AppliedPolicy version, JsonGenerator json) {
        json.writeStringProperty("applied_at", version.appliedAt().toString());
        json.writeStringProperty("by", version.by());
        version.note().ifPresent(note -> json.writeStringProperty("note", note));
    }
}
