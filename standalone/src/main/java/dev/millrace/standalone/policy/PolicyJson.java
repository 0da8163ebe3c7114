package dev.millrace.standalone.policy;

import dev.millrace.contracts.control.AppliedPolicy;
import dev.millrace.contracts.control.VersionedPolicy;
import dev.millrace.standalone.status.CanaryJson;
import dev.millrace.standalone.status.ControlStatus;
import dev.millrace.standalone.status.ControlStatus.PolicyStatus;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import tools.jackson.core.JsonGenerator;

/** Prints policies and their versions as JSON. */
final class PolicyJson {
    private PolicyJson() {}

    /** Prints the given policies in force, with their ramps and tripped arms. */
    static void print(
            Map<String, VersionedPolicy> policies, ControlStatus status, PrintStream out) {
        PolicyChangeReport.printJson(
                out,
                json -> {
                    json.writeStartArray();
                    status.policies().stream()
                            .filter(it -> policies.containsKey(it.name()))
                            .forEach(it -> write(it, policies, status, json));
                    json.writeEndArray();
                });
    }

    private static void write(
            PolicyStatus policy,
            Map<String, VersionedPolicy> policies,
            ControlStatus status,
            JsonGenerator json) {
        var inForce = Objects.requireNonNull(policies.get(policy.name()));
        json.writeStartObject();
        json.writeStringProperty("policy", policy.name());
        json.writeStringProperty("version", policy.version());
        json.writeBooleanProperty("asked", policy.isDefault());
        policy.unreadable().ifPresent(it -> json.writeStringProperty("unreadable", it));
        inForce.applied().ifPresent(it -> writeMetadata(it, json));
        json.writeStringProperty("text", inForce.policy().text());
        CanaryJson.writeRamps(policy.ramps(), json);
        var tripped =
                status.tripped().stream().filter(it -> it.policy().equals(policy.name())).toList();
        CanaryJson.writeTripped(tripped, json);
        json.writeEndObject();
    }

    /** Prints all versions of one policy. */
    static void printHistory(List<AppliedPolicy> versions, PrintStream out) {
        PolicyChangeReport.printJson(
                out,
                json -> {
                    json.writeStartArray();
                    for (AppliedPolicy version : versions) {
                        json.writeStartObject();
                        json.writeStringProperty("version", version.label());
                        writeMetadata(version, json);
                        json.writeBooleanProperty("in_force", version.equals(versions.getLast()));
                        json.writeStringProperty("text", version.policy().text());
                        json.writeEndObject();
                    }
                    json.writeEndArray();
                });
    }

    private static void writeMetadata(AppliedPolicy version, JsonGenerator json) {
        json.writeStringProperty("applied_at", version.appliedAt().toString());
        json.writeStringProperty("by", version.by());
        version.note().ifPresent(note -> json.writeStringProperty("note", note));
    }
}
