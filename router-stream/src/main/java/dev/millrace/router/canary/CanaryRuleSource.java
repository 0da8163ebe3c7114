package dev.millrace.router.canary;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.EffectivePolicy;
import dev.millrace.contracts.control.Trip;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.policy.RoutedBy;
import dev.millrace.contracts.policy.Rule;
import dev.millrace.router.canary.guard.GuardedArm;
import dev.millrace.router.canary.inflight.Canaries;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Supplies the rules in force that have a guard or a ramp. A policy in control overrides the
 * configuration's policy of the same name. Any thread.
 */
public final class CanaryRuleSource implements Supplier<CanaryRules> {
    private final Supplier<ControlState> control;
    private final Map<String, Policy> configuredPolicies;
    private final Catalog catalog;
    private volatile CanaryRules last;

    /**
     * Creates a source and reads the current control state.
     *
     * @param control supplies the current control state
     * @param configuredPolicies the policies of the configuration, by name
     */
    public CanaryRuleSource(
            Supplier<ControlState> control,
            Map<String, Policy> configuredPolicies,
            Catalog catalog) {
        this.control = control;
        this.configuredPolicies = Map.copyOf(configuredPolicies);
        this.catalog = catalog;
        last = rules(control.get());
    }

    @Override
    public CanaryRules get() {
        ControlState now = control.get();
        CanaryRules rules = last;
        if (rules.control() != now) {
            rules = rules(now);
            last = rules;
        }
        return rules;
    }

    /**
     * Returns a lookup of canaries. The initial in-flight limit of a canary is the window size of
     * its guard, divided among the partitions.
     */
    public Canaries canaries(int partitions) {
        return routedBy -> {
            CanaryRules now = get();
            return now.rule(routedBy)
                    .flatMap(
                            rule ->
                                    rule.guard()
                                            .map(guard -> canary(now, rule, guard, partitions)));
        };
    }

    private static Canaries.Canary canary(
            CanaryRules now, CanaryRule rule, GuardedArm guard, int partitions) {
        long clearedMillis =
                now.lastTrip(rule.policy(), guard.model())
                        .flatMap(Trip::clearedAt)
                        .map(Instant::toEpochMilli)
                        .orElse(0L);
        return new Canaries.Canary(
                guard.model(), Math.ceilDiv(guard.rule().over(), partitions), clearedMillis);
    }

    private CanaryRules rules(ControlState now) {
        Map<String, CanaryRule> rules = new HashMap<>();
        EffectivePolicy.all(now, configuredPolicies)
                .forEach((name, policy) -> add(name, policy, rules));
        return new CanaryRules(now, catalog, rules);
    }

    private void add(String name, EffectivePolicy inForce, Map<String, CanaryRule> canaryRules) {
        List<Rule> rules = inForce.policy().rules();
        for (int i = 0; i < rules.size(); i++) {
            var routedBy = new RoutedBy(name, i + 1, inForce.version());
            CanaryRule.of(routedBy, rules.get(i), catalog::nameOf)
                    .ifPresent(rule -> canaryRules.put(rule.id(), rule));
        }
    }
}
