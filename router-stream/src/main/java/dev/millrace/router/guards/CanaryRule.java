package dev.millrace.router.guards;

import dev.millrace.contracts.policy.RoutedBy;
import dev.millrace.contracts.policy.Rule;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Rule in force that has a guard, a ramp or both.
 *
 * @param routedBy identifies the rule in the results of its jobs
 */
record CanaryRule(RoutedBy routedBy, Optional<GuardedArm> guard, Optional<RampedArm> ramp) {

    /**
     * Arm with a ramp.
     *
     * @param arm the name that the policy uses
     * @param model the arm's name in the catalog
     */
    record RampedArm(String arm, String model, RampSchedule schedule) {}

    /**
     * Extracts the guard and the ramp of a rule; empty if it has neither.
     *
     * @param modelOf returns the catalog name for a model name in a policy
     */
    static Optional<CanaryRule> of(RoutedBy routedBy, Rule rule, UnaryOperator<String> modelOf) {
        var guard =
                rule.guard().map(it -> new GuardedArm(modelOf.apply(it.arm()), GuardRule.of(it)));
        var ramp =
                rule.ramp()
                        .map(
                                it ->
                                        new RampedArm(
                                                it.arm(),
                                                modelOf.apply(it.arm()),
                                                RampSchedule.of(it)));
        return guard.isPresent() || ramp.isPresent()
                ? Optional.of(new CanaryRule(routedBy, guard, ramp))
                : Optional.empty();
    }

    /** Returns the value of {@code routed_by} in the results of this rule's jobs. */
    String id() {
        return routedBy.text();
    }

    String policy() {
        return routedBy.policy();
    }

    /** Returns the position of the rule in its policy, from 1. */
    int number() {
        return routedBy.rule();
    }

    String version() {
        return routedBy.version();
    }

    boolean guardsRampedArm() {
        return guard.isPresent()
                && ramp.isPresent()
                && guard.get().model().equals(ramp.get().model());
    }
}
