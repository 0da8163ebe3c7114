package dev.millrace.router.policy;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.VersionedPolicy;
import dev.millrace.contracts.policy.Guard;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.policy.RoutedBy;
import dev.millrace.contracts.policy.Rule;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A {@link VersionedPolicy} in force, with the shares and trips of its arms at one moment.
 *
 * @param name of the policy
 * @param version of the policy, as in {@code routed_by} after the {@code @}
 * @param rampShares by rule number, the current share of the ramped arm in percent; a missing rule
 *     has the share of its first step
 * @param trippedArms models whose guard has tripped; they have no share in rules that guard them
 */
public record ActivePolicy(
        String name,
        String version,
        Policy policy,
        Map<Integer, Double> rampShares,
        Set<String> trippedArms) {
    public ActivePolicy {
        rampShares = Map.copyOf(rampShares);
        trippedArms = Set.copyOf(trippedArms);
    }

    /** Returns the default policy of the configuration, for jobs with the model {@code auto}. */
    public static Optional<ActivePolicy> configured(MillraceConfig config) {
        String name = config.router().defaultPolicy();
        return config.policy(name).map(policy -> of(name, RoutedBy.version(policy), policy));
    }

    /** Returns the default policy: from control if it has one, else from the configuration. */
    static Optional<ActivePolicy> inForce(ControlState control, MillraceConfig config) {
        String name = config.router().defaultPolicy();
        return VersionedPolicy.find(name, control, config.policies())
                .map(policy -> of(name, policy, control, config.catalog()));
    }

    private static ActivePolicy of(
            String name, VersionedPolicy versioned, ControlState control, Catalog catalog) {
        List<Rule> rules = versioned.policy().rules();
        Map<Integer, Double> shares = new HashMap<>();
        Set<String> tripped = new HashSet<>();
        for (int number = 1; number <= rules.size(); number++) {
            int rule = number;
            control.rampStep(name, rule, versioned.version())
                    .ifPresent(step -> shares.put(rule, step.share()));
            rules.get(number - 1)
                    .guard()
                    .map(Guard::arm)
                    .filter(arm -> control.trip(name, arm, catalog).isPresent())
                    .ifPresent(tripped::add);
        }
        return new ActivePolicy(name, versioned.version(), versioned.policy(), shares, tripped);
    }

    /** Returns a policy without ramp steps or trips. */
    public static ActivePolicy of(String name, String version, Policy policy) {
        return new ActivePolicy(name, version, policy, Map.of(), Set.of());
    }

    /**
     * Returns the {@code routed_by} of jobs that a rule routes.
     *
     * @param rule number of the rule, from 1
     */
    public String routedBy(int rule) {
        return new RoutedBy(name, rule, version).text();
    }
}
