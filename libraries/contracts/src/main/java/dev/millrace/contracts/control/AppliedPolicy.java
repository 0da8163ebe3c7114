package dev.millrace.contracts.control;

import static dev.millrace.yaml.problem.Violation.require;

import dev.millrace.contracts.json.JsonFields;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.policy.PolicyNames;
import dev.millrace.contracts.policy.RoutedBy;
import dev.millrace.yaml.problem.ConfigException;
import java.time.Instant;
import java.util.Optional;

/**
 * One applied version of a policy: a version written to the control topic. Versions are immutable;
 * the highest version of a policy is in force.
 *
 * @param name the policy's name
 * @param version 1 to {@link ControlKey#MAX_VERSION}
 * @param policy rules, which can name models unknown to this process
 * @param appliedAt time of the write, by the writer's clock
 * @param by who wrote the version, if known
 * @param note reason for the change
 */
public record AppliedPolicy(
        String name,
        int version,
        Policy policy,
        Instant appliedAt,
        String by,
        Optional<String> note) {
    private static final String WHAT = "a policy";

    public AppliedPolicy {
        require(PolicyNames.isName(name), "name", "must be the name of a policy, was " + name);
        require(
                version >= 1 && version <= ControlKey.MAX_VERSION,
                "version",
                "must be 1 to " + ControlKey.MAX_VERSION + ", was " + version);
    }

    /** Returns the key of its record. */
    public ControlKey key() {
        return new ControlKey.PolicyVersion(name, version);
    }

    /** Returns the version label in {@code routed_by}, such as {@code v7}. */
    public String label() {
        return RoutedBy.version(version);
    }

    /** Returns the record that puts this version in force. */
    public ControlRecord record() {
        var json = JsonFields.object();
        json.put("version", version);
        json.put("policy", policy.text());
        json.put("applied_at", appliedAt.toString());
        json.put("by", by);
        note.ifPresent(it -> json.put("note", it));
        return new ControlRecord(key(), JsonFields.bytes(json));
    }

    /**
     * Reads a record's value.
     *
     * @throws IllegalArgumentException if the value is not a policy version, or not the version of
     *     the key
     */
    static AppliedPolicy of(ControlKey.PolicyVersion key, byte[] value) {
        var json = JsonFields.read(value, WHAT);
        if (json.count("version", 1) != key.version()) {
            throw new IllegalArgumentException(WHAT + " must have the version of its key");
        }
        try {
            return new AppliedPolicy(
                    key.policy(),
                    key.version(),
                    PolicyReader.read(json.text("policy")),
                    json.time("applied_at"),
                    json.text("by"),
                    json.optionalText("note"));
        } catch (ConfigException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }
}
