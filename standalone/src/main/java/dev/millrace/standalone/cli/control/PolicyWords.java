package dev.millrace.standalone.cli.control;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.EffectivePolicy;
import dev.millrace.contracts.control.OperatorCommand;
import dev.millrace.contracts.control.RampStep;
import dev.millrace.contracts.control.Trip;
import dev.millrace.contracts.policy.Guard;
import dev.millrace.contracts.policy.Ramp;
import dev.millrace.contracts.policy.Rule;
import dev.millrace.standalone.console.WholeSeconds;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What control says, in words. */
final class PolicyWords {
    private PolicyWords() {}

    /** Where a policy comes from. */
    static String origin(EffectivePolicy policy) {
        return policy.applied()
                .map(
                        it ->
                                "applied "
                                        + WholeSeconds.of(it.appliedAt())
                                        + " by "
                                        + it.by()
                                        + it.note().map(note -> ": " + note).orElse(""))
                .orElse("of the configuration");
    }

    /**
     * That no job is routed by it.
     *
     * @param asked the name of the one that is asked
     */
    static Optional<String> askedByNobody(String name, String asked) {
        return name.equals(asked)
                ? Optional.empty()
                : Optional.of(name + " is asked by nobody: router.default_policy is " + asked);
    }

    /** Where its ramps are, and which arms guards have stopped. */
    static List<String> progress(
            String name, EffectivePolicy policy, ControlState state, Catalog catalog) {
        var lines = new ArrayList<String>();
        var rules = policy.policy().rules();
        for (var i = 0; i < rules.size(); i++) {
            Rule rule = rules.get(i);
            var number = i + 1;
            rule.ramp()
                    .map(ramp -> ramp(number, ramp, state.rampStep(name, number, policy.version())))
                    .ifPresent(lines::add);
            rule.guard()
                    .map(Guard::arm)
                    .flatMap(
                            arm ->
                                    state.trip(name, arm, catalog)
                                            .map(it -> trip(number, name, arm, it)))
                    .ifPresent(lines::add);
        }
        return lines;
    }

    private static String ramp(int rule, Ramp ramp, Optional<RampStep> at) {
        var step = at.map(RampStep::step).orElse(0);
        return "rule %d: %s has %s %%, step %d of %d%s"
                .formatted(
                        rule,
                        ramp.arm(),
                        percent(at.map(RampStep::share).orElse(ramp.steps().getFirst())),
                        step + 1,
                        ramp.steps().size(),
                        at.map(it -> ", since " + WholeSeconds.of(it.since())).orElse(""));
    }

    private static String trip(int rule, String policy, String arm, Trip trip) {
        return "rule %d: a guard has taken the share of %s, %s: %s; \"millrace policy clear %s %s\" gives it back"
                .formatted(
                        rule, arm, WholeSeconds.of(trip.trippedAt()), trip.reason(), policy, arm);
    }

    /** A cancellation or a pause that holds. */
    static String order(ControlKey key, OperatorCommand order) {
        var since = ", " + WholeSeconds.of(order.at()) + " by " + order.by();
        return switch (key) {
            case ControlKey.PauseAll() -> "paused: everything" + since;
            case ControlKey.PauseModel(String model) -> "paused: " + model + since;
            case ControlKey.CancelBatch(String tenant, String batch) ->
                    "cancelled: batch " + batch + " of " + tenant + since;
            case ControlKey.CancelJob(var job) -> "cancelled: job " + job + since;
            case ControlKey.PolicyVersion _, ControlKey.Ramp _, ControlKey.Guard _ ->
                    key.text() + since;
        };
    }

    private static String percent(double share) {
        return BigDecimal.valueOf(share).stripTrailingZeros().toPlainString();
    }
}
