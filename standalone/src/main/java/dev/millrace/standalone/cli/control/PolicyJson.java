package dev.millrace.standalone.cli.control;

import dev.millrace.contracts.control.AppliedPolicy;
import dev.millrace.contracts.control.EffectivePolicy;
import dev.millrace.standalone.status.ControlNow;
import dev.millrace.standalone.status.ControlNow.PolicyNow;
import dev.millrace.standalone.status.ProgressJson;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import tools.jackson.core.JsonGenerator;

/** Policies for machines. */
final class PolicyJson {
    private PolicyJson() {}

    /** Those in force, with their ramps and tripped guards. */
    static void print(Map<String, EffectivePolicy> policies, ControlNow now, PrintStream out) {
        ChangeReport.printJson(
                out,
                json -> {
                    json.writeStartArray();
                    now.policies().stream()
                            .filter(it -> policies.containsKey(it.name()))
                            .forEach(it -> write(it, policies, now, json));
                    json.writeEndArray();
                });
    }

    private static void write(
            PolicyNow policy,
            Map<String, EffectivePolicy> policies,
            ControlNow now,
            JsonGenerator json) {
        var inForce = Objects.requireNonNull(policies.get(policy.name()));
        json.writeStartObject();
        json.writeStringProperty("policy", policy.name());
        json.writeStringProperty("version", policy.version());
        json.writeBooleanProperty("asked", policy.isAsked());
        policy.unreadable().ifPresent(it -> json.writeStringProperty("unreadable", it));
        inForce.applied().ifPresent(it -> writeStamp(it, json));
        json.writeStringProperty("text", inForce.policy().text());
        ProgressJson.writeRamps(policy.ramps(), json);
        var tripped =
                now.tripped().stream().filter(it -> it.policy().equals(policy.name())).toList();
        ProgressJson.writeTripped(tripped, json);
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
