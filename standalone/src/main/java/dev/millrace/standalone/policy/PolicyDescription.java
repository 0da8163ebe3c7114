package dev.millrace.standalone.policy;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.RampStep;
import dev.millrace.contracts.control.VersionedPolicy;
import dev.millrace.contracts.policy.Ramp;
import dev.millrace.contracts.policy.Rule;
import dev.millrace.standalone.console.WholeSeconds;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Describes the state of a policy as human-readable text. */
final class PolicyDescription {
    private PolicyDescription() {}

    /** Returns the origin of a policy: who applied it, when and why, or the configuration. */
    static String origin(VersionedPolicy policy) {
        return policy.applied()
                .map(
                        it ->
                                "applied "
                                        + WholeSeconds.of(it.appliedAt())
                                        + " by "
                                        + it.by()
                                        + it.note().map(note -> ": " + note).orElse(""))
                .orElse("from the configuration");
    }

    /** Returns a note that the policy routes no jobs, unless it is the default policy. */
    static Optional<String> unusedNote(String name, String defaultPolicy) {
        return name.equals(defaultPolicy)
                ? Optional.empty()
                : Optional.of(name + " routes no jobs: router.default_policy is " + defaultPolicy);
    }

    /** Returns one line for each ramp and then for each tripped arm of the policy. */
    static List<String> rampsAndTrips(
            String name, VersionedPolicy policy, ControlState state, Catalog catalog) {
        var lines = new ArrayList<String>();
        var rules = policy.policy().rules();
        for (var i = 0; i < rules.size(); i++) {
            Rule rule = rules.get(i);
            var number = i + 1;
            rule.ramp()
                    .map(ramp -> ramp(number, ramp, state.rampStep(name, number, policy.version())))
                    .ifPresent(lines::add);
        }
        TrippedArm.of(name, policy.policy(), state, catalog).forEach(it -> lines.add(it.text()));
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

    private static String percent(double share) {
        return BigDecimal.valueOf(share).stripTrailingZeros().toPlainString();
    }
}
