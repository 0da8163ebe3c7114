package dev.millrace.contracts.control;

import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.policy.RoutedBy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The policy that routes jobs: the version in the control topic if there is one, otherwise the
 * configured policy.
 *
 * @param version version label as in {@code routed_by}
 * @param policy the rules
 * @param applied the version in the control topic; absent for a configured policy
 */
public record EffectivePolicy(String version, Policy policy, Optional<AppliedPolicy> applied) {
    /** Returns the given version in the control topic. */
    public static EffectivePolicy of(AppliedPolicy applied) {
        return new EffectivePolicy(applied.label(), applied.policy(), Optional.of(applied));
    }

    /** Returns a policy that exists only in the configuration. */
    public static EffectivePolicy of(Policy configured) {
        return new EffectivePolicy(RoutedBy.version(configured), configured, Optional.empty());
    }

    /** Returns the version label for messages. */
    public String label() {
        return applied.isPresent() ? version : "the configuration's";
    }

    /** Returns all policies by name. */
    public static Map<String, EffectivePolicy> all(
            ControlState state, Map<String, Policy> configured) {
        var all = new TreeMap<String, EffectivePolicy>();
        configured.forEach((name, policy) -> all.put(name, of(policy)));
        state.policies().forEach((name, applied) -> all.put(name, of(applied)));
        return all;
    }

    /**
     * Returns every version of a policy: the configured one first, then those in the control topic.
     */
    public static List<EffectivePolicy> history(
            String name, ControlState state, Map<String, Policy> configured) {
        return Stream.concat(
                        Optional.ofNullable(configured.get(name)).map(EffectivePolicy::of).stream(),
                        state.history(name).stream().map(EffectivePolicy::of))
                .toList();
    }

    /** Finds a policy by name. */
    public static Optional<EffectivePolicy> find(
            String name, ControlState state, Map<String, Policy> configured) {
        return state.policy(name)
                .map(EffectivePolicy::of)
                .or(() -> Optional.ofNullable(configured.get(name)).map(EffectivePolicy::of));
    }
}
