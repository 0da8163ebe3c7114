package dev.millrace.contracts.control;

import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.policy.RoutedBy;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A policy with the label of its version, from the control topic or the configuration. An applied
 * policy overrides a configured policy with an equal name.
 *
 * @param version label of the version, as in {@code routed_by}
 * @param policy the rules
 * @param applied the version in the control topic; empty for a configured policy
 */
public record VersionedPolicy(String version, Policy policy, Optional<AppliedPolicy> applied) {
    /** Returns a version that was applied to the control topic. */
    public static VersionedPolicy of(AppliedPolicy applied) {
        return new VersionedPolicy(applied.label(), applied.policy(), Optional.of(applied));
    }

    /** Returns a policy that exists only in the configuration. */
    public static VersionedPolicy of(Policy configured) {
        return new VersionedPolicy(RoutedBy.version(configured), configured, Optional.empty());
    }

    /** Returns the name of the version for messages. */
    public String label() {
        return applied.isPresent() ? version : "the configuration's";
    }

    /** Returns the policies in force, by name. */
    public static Map<String, VersionedPolicy> all(
            ControlState state, Map<String, Policy> configured) {
        var all = new TreeMap<String, VersionedPolicy>();
        configured.forEach((name, policy) -> all.put(name, of(policy)));
        state.policies().forEach((name, applied) -> all.put(name, of(applied)));
        return all;
    }

    /** Returns the policy in force with the given name. */
    public static Optional<VersionedPolicy> find(
            String name, ControlState state, Map<String, Policy> configured) {
        return state.policy(name)
                .map(VersionedPolicy::of)
                .or(() -> Optional.ofNullable(configured.get(name)).map(VersionedPolicy::of));
    }
}
