package dev.millrace.router.policy;

import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.policy.RoutedBy;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A policy as it is in force at one moment.
 *
 * @param name of the policy
 * @param version of it, as it stands in {@code routed_by} after the {@code @}
 * @param rampShares the share that the ramped arm of a rule has now, in percent, by the number of
 *     the rule; the first step where there is none
 * @param trippedArms models whose guard was breached: they get no share where they are guarded
 */
public record LivePolicy(
        String name,
        String version,
        Policy policy,
        Map<Integer, Double> rampShares,
        Set<String> trippedArms) {
    public LivePolicy {
        rampShares = Map.copyOf(rampShares);
        trippedArms = Set.copyOf(trippedArms);
    }

    /** The policy of jobs that leave the choice to the router, as the configuration has it. */
    public static Optional<LivePolicy> ofFile(MillraceConfig config) {
        String name = config.router().defaultPolicy();
        return config.policy(name).map(policy -> of(name, RoutedBy.version(policy), policy));
    }

    /** A policy that nothing has happened to. */
    public static LivePolicy of(String name, String version, Policy policy) {
        return new LivePolicy(name, version, policy, Map.of(), Set.of());
    }

    /**
     * What chose a model, for results.
     *
     * @param rule its number, from 1
     */
    public String routedBy(int rule) {
        return new RoutedBy(name, rule, version).text();
    }
}
