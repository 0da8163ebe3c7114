package dev.millrace.standalone.status;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.control.AppliedPolicy;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.EffectivePolicy;
import dev.millrace.contracts.control.RampStep;
import dev.millrace.contracts.control.Trip;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.policy.Ramp;
import dev.millrace.contracts.policy.RoutedBy;
import dev.millrace.contracts.policy.Rule;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What holds now.
 *
 * @param policies by name
 * @param tripped arms without a share, since their guard was breached
 * @param pauses of everything or of a model
 * @param unreadable the keys of records that this Millrace cannot read
 */
public record ControlNow(
        List<PolicyNow> policies,
        List<TrippedArm> tripped,
        List<Pause> pauses,
        List<String> unreadable) {
    public ControlNow {
        policies = List.copyOf(policies);
        tripped = List.copyOf(tripped);
        pauses = List.copyOf(pauses);
        unreadable = List.copyOf(unreadable);
    }

    /**
     * A policy.
     *
     * @param version as in {@code routed_by}
     * @param isAsked whether it is asked for jobs
     * @param unreadable a later version that this Millrace cannot read: whoever can, goes by it
     * @param applied empty for one that only the configuration has
     */
    public record PolicyNow(
            String name,
            String version,
            boolean isAsked,
            Optional<String> unreadable,
            Optional<Applied> applied,
            List<RampNow> ramps) {
        public PolicyNow {
            ramps = List.copyOf(ramps);
        }
    }

    /** How a policy came into control. */
    public record Applied(Instant at, String by, Optional<String> note) {}

    /**
     * A ramp.
     *
     * @param rule number of the rule, from 1
     * @param step from 1
     * @param steps how many there are
     * @param percent share of the arm in this step
     * @param since empty when no router has begun it yet
     */
    public record RampNow(
            int rule, String arm, int step, int steps, double percent, Optional<Instant> since) {}

    /** An arm without a share. */
    public record TrippedArm(String policy, String arm, Trip trip) {}

    /**
     * A pause.
     *
     * @param model empty for everything
     */
    public record Pause(Optional<String> model, Instant at, String by) {}

    /**
     * What control says, and the configuration where control says nothing.
     *
     * @param ofTheFile the policies of the configuration, by name
     * @param asked the name of the one that is asked for jobs
     * @param catalog the names of models: a trip is of a model, by whichever name
     */
    public static ControlNow of(
            ControlState control, Map<String, Policy> ofTheFile, String asked, Catalog catalog) {
        List<PolicyNow> policies = new ArrayList<>();
        EffectivePolicy.all(control, ofTheFile)
                .forEach((name, it) -> policies.add(policy(name, it, control, asked)));
        return new ControlNow(
                policies,
                tripped(control, catalog),
                pauses(control),
                List.copyOf(control.unreadable()));
    }

    private static Applied applied(AppliedPolicy policy) {
        return new Applied(policy.appliedAt(), policy.by(), policy.note());
    }

    private static PolicyNow policy(
            String name, EffectivePolicy policy, ControlState control, String asked) {
        List<Rule> rules = policy.policy().rules();
        List<RampNow> ramps = new ArrayList<>();
        for (int i = 0; i < rules.size(); i++) {
            int number = i + 1;
            rules.get(i)
                    .ramp()
                    .map(it -> ramp(number, it, control.rampStep(name, number, policy.version())))
                    .ifPresent(ramps::add);
        }
        var unreadable = Optional.ofNullable(control.unreadableVersions().get(name));
        return new PolicyNow(
                name,
                policy.version(),
                name.equals(asked),
                unreadable.map(RoutedBy::version),
                policy.applied().map(ControlNow::applied),
                ramps);
    }

    private static RampNow ramp(int rule, Ramp ramp, Optional<RampStep> known) {
        return new RampNow(
                rule,
                ramp.arm(),
                known.map(RampStep::step).orElse(0) + 1,
                ramp.steps().size(),
                known.map(RampStep::share).orElse(ramp.steps().getFirst()),
                known.map(RampStep::since));
    }

    private static List<TrippedArm> tripped(ControlState control, Catalog catalog) {
        return control.trips().keySet().stream()
                .map(it -> new ControlKey.Guard(it.policy(), catalog.nameOf(it.arm())))
                .distinct()
                .flatMap(
                        it ->
                                control.trip(it.policy(), it.arm(), catalog).stream()
                                        .map(trip -> new TrippedArm(it.policy(), it.arm(), trip)))
                .sorted(Comparator.comparing(TrippedArm::policy).thenComparing(TrippedArm::arm))
                .toList();
    }

    private static List<Pause> pauses(ControlState control) {
        List<Pause> pauses = new ArrayList<>();
        control.orders()
                .forEach(
                        (key, order) -> {
                            switch (key) {
                                case ControlKey.PauseAll() ->
                                        pauses.add(
                                                new Pause(
                                                        Optional.empty(), order.at(), order.by()));
                                case ControlKey.PauseModel(String model) ->
                                        pauses.add(
                                                new Pause(
                                                        Optional.of(model),
                                                        order.at(),
                                                        order.by()));
                                case ControlKey.CancelBatch _,
                                        ControlKey.CancelJob _,
                                        ControlKey.PolicyVersion _,
                                        ControlKey.Ramp _,
                                        ControlKey.Guard _ -> {}
                            }
                        });
        pauses.sort(Comparator.comparing(it -> it.model().orElse("")));
        return pauses;
    }
}
