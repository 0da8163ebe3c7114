package dev.millrace.standalone.policy.report;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.RampStep;
import dev.millrace.contracts.control.VersionedPolicy;
import dev.millrace.contracts.policy.Ramp;
import dev.millrace.standalone.policy.report.RuleFigures.GuardState;
import dev.millrace.standalone.policy.report.RuleFigures.RampPosition;
import dev.millrace.standalone.policy.report.RuleFigures.RampState;
import java.util.List;
import java.util.Optional;

/**
 * Looks up the state of the ramps and guards of one version of a policy in control.
 *
 * @param isInForce true if the router uses this version now
 * @param catalog catalog that resolves aliases, because a trip may name the model by an alias
 */
record RuleStateLookup(
        String policy,
        VersionedPolicy version,
        boolean isInForce,
        ControlState state,
        Catalog catalog) {

    /**
     * Returns the figures of a rule with the state of its ramp and guard.
     *
     * @param number number of the rule, from 1
     */
    RuleFigures of(int number, List<ArmFigures> arms) {
        var rule = version.policy().rules().get(number - 1);
        return new RuleFigures(
                number,
                arms,
                rule.ramp()
                        .map(
                                it ->
                                        new RampState(
                                                it.arm(), it.steps().size(), position(number, it))),
                rule.guard()
                        .map(
                                it ->
                                        new GuardState(
                                                it.arm(),
                                                state.lastTrip(policy, it.arm(), catalog))));
    }

    /**
     * Returns the position of a ramp; empty if unknown. Control keeps one position for each rule,
     * so a later version overwrites an earlier version's position.
     */
    private Optional<RampPosition> position(int number, Ramp ramp) {
        return state.rampStep(policy, number, version.version())
                .map(RuleStateLookup::position)
                .or(
                        () ->
                                isInForce
                                        ? Optional.of(
                                                new RampPosition(
                                                        1,
                                                        ramp.steps().getFirst(),
                                                        Optional.empty()))
                                        : Optional.empty());
    }

    private static RampPosition position(RampStep at) {
        return new RampPosition(at.step() + 1, at.share(), Optional.of(at.since()));
    }
}
