package dev.millrace.contracts.control;

import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.policy.RoutedBy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A policy that jobs are routed by: the one in control, otherwise that of the configuration.
 *
 * @param version as in {@code routed_by}
 * @param policy its rules
 * @param applied its version in control; absent: it is the configuration's
 */
public record EffectivePolicy(String version, Policy policy, Optional<AppliedPolicy> applied) {
    /** A version in control. */
    public static EffectivePolicy of(AppliedPolicy applied) {
        return new EffectivePolicy(applied.label(), applied.policy(), Optional.of(applied));
    }

    /** One that only the configuration has. */
    public static EffectivePolicy of(Policy ofTheFile) {
        return new EffectivePolicy(RoutedBy.version(ofTheFile), ofTheFile, Optional.empty());
    }

    /** The version for a person, who knows the configuration by that name. */
    public String label() {
        return applied.isPresent() ? version : "the configuration's";
    }

    /** All of them by name. */
    public static Map<String, EffectivePolicy> all(
            ControlState state, Map<String, Policy> ofTheFile) {
        var all = new TreeMap<String, EffectivePolicy>();
        ofTheFile.forEach((name, policy) -> all.put(name, of(policy)));
        state.policies().forEach((name, applied) -> all.put(name, of(applied)));
        return all;
    }

    /** Every version of one: that of the configuration first, then those in control. */
    public static List<EffectivePolicy> history(
            String name, ControlState state, Map<String, Policy> ofTheFile) {
        return Stream.concat(
                        Optional.ofNullable(ofTheFile.get(name)).map(EffectivePolicy::of).stream(),
                        state.history(name).stream().map(EffectivePolicy::of))
                .toList();
    }

    /** The one of that name, if there is one. */
    public static Optional<EffectivePolicy> one(
            String name, ControlState state, Map<String, Policy> ofTheFile) {
        return state.policy(name)
                .map(EffectivePolicy::of)
                .or(() -> Optional.ofNullable(ofTheFile.get(name)).map(EffectivePolicy::of));
    }
}
