package dev.millrace.router.watch;

import dev.millrace.contracts.policy.RoutedBy;
import dev.millrace.contracts.policy.Rule;
import dev.millrace.router.watch.guard.GuardRule;
import dev.millrace.router.watch.guard.GuardedArm;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A rule in force that has a guard, a ramp or both.
 *
 * @param routedBy what stands in the results of its jobs
 */
record WatchedRule(RoutedBy routedBy, Optional<GuardedArm> guard, Optional<RampedArm> ramp) {

    /**
     * What is ramped.
     *
     * @param arm as the policy writes it
     * @param model the name in the catalog of that arm
     */
    record RampedArm(String arm, String model, RampRule rule) {}

    /**
     * What of a rule is to be watched; nothing when it has neither guard nor ramp.
     *
     * @param modelOf the name in the catalog of what a policy names
     */
    static Optional<WatchedRule> of(RoutedBy routedBy, Rule rule, UnaryOperator<String> modelOf) {
        var guard =
                rule.guard().map(it -> new GuardedArm(modelOf.apply(it.arm()), GuardRule.of(it)));
        var ramp =
                rule.ramp()
                        .map(
                                it ->
                                        new RampedArm(
                                                it.arm(),
                                                modelOf.apply(it.arm()),
                                                RampRule.of(it)));
        return guard.isPresent() || ramp.isPresent()
                ? Optional.of(new WatchedRule(routedBy, guard, ramp))
                : Optional.empty();
    }

    /** What stands in {@code routed_by}. */
    String id() {
        return routedBy.text();
    }

    String policy() {
        return routedBy.policy();
    }

    /** Of the rule in its policy, from 1. */
    int number() {
        return routedBy.rule();
    }

    String version() {
        return routedBy.version();
    }

    /** Whether the guard of this rule takes the share of its ramped arm away. */
    boolean guardsItsRamp() {
        return guard.isPresent()
                && ramp.isPresent()
                && guard.get().model().equals(ramp.get().model());
    }
}
