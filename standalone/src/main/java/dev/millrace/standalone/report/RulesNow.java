package dev.millrace.standalone.report;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.EffectivePolicy;
import dev.millrace.contracts.control.RampStep;
import dev.millrace.contracts.policy.Ramp;
import dev.millrace.standalone.report.RuleFigures.GuardNow;
import dev.millrace.standalone.report.RuleFigures.Place;
import dev.millrace.standalone.report.RuleFigures.RampStatus;
import java.util.List;
import java.util.Optional;

/**
 * What control says of the ramps and guards of one version of a policy.
 *
 * @param isInForce whether jobs are routed by that version now
 * @param catalog the names of models: a trip is of a model, by whichever name
 */
record RulesNow(
        String policy,
        EffectivePolicy version,
        boolean isInForce,
        ControlState state,
        Catalog catalog) {

    /**
     * A rule with what control says of it.
     *
     * @param number of the rule, from 1
     */
    RuleFigures of(int number, List<ArmFigures> arms) {
        var rule = version.policy().rules().get(number - 1);
        return new RuleFigures(
                number,
                arms,
                rule.ramp()
                        .map(it -> new RampStatus(it.arm(), it.steps().size(), place(number, it))),
                rule.guard()
                        .map(
                                it ->
                                        new GuardNow(
                                                it.arm(),
                                                state.lastTrip(policy, it.arm(), catalog))));
    }

    /** Control keeps one place for each rule: an earlier version's is overwritten. */
    private Optional<Place> place(int number, Ramp ramp) {
        return state.rampStep(policy, number, version.version())
                .map(RulesNow::place)
                .or(
                        () ->
                                isInForce
                                        ? Optional.of(
                                                new Place(
                                                        1,
                                                        ramp.steps().getFirst(),
                                                        Optional.empty()))
                                        : Optional.empty());
    }

    private static Place place(RampStep at) {
        return new Place(at.step() + 1, at.share(), Optional.of(at.since()));
    }
}
