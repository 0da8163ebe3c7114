package dev.millrace.standalone.status;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.control.AppliedPolicy;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.OperatorCommand;
import dev.millrace.contracts.control.RampStep;
import dev.millrace.contracts.control.Trip;
import dev.millrace.contracts.control.VersionedPolicy;
import dev.millrace.contracts.policy.Guard;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.policy.Ramp;
import dev.millrace.contracts.policy.RoutedBy;
import dev.millrace.contracts.policy.Rule;
import dev.millrace.gateway.access.GatewayKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The policies, tripped arms, pauses and budgets in force.
 *
 * @param policies policies, sorted by name
 * @param tripped arms that a guard has tripped
 * @param pauses pauses, sorted by their keys
 * @param breakers breakers not closed in at least one worker, sorted by name
 * @param doubts answers whose token counts are possibly wrong, sorted by model
 * @param budgets budgets in effect, sorted by their keys
 * @param unreadable keys of unreadable control records
 */
public record ControlStatus(
        List<PolicyStatus> policies,
        List<TrippedArm> tripped,
        List<Pause> pauses,
        List<BreakerStatus> breakers,
        List<DoubtStatus> doubts,
        List<BudgetStatus> budgets,
        List<String> unreadable) {
    public ControlStatus {
        policies = List.copyOf(policies);
        tripped = List.copyOf(tripped);
        pauses = List.copyOf(pauses);
        breakers = List.copyOf(breakers);
        doubts = List.copyOf(doubts);
        budgets = List.copyOf(budgets);
        unreadable = List.copyOf(unreadable);
    }

    /**
     * A policy in force.
     *
     * @param version the version, as in {@code routed_by}
     * @param isDefault true if {@code router.default_policy} names it, so that it routes jobs
     * @param unreadable a later version that this program cannot read; it is in force for newer
     *     services, which can
     * @param applied empty for a policy that exists only in the configuration
     * @param guards the guards of its rules, in the order of the rules
     */
    public record PolicyStatus(
            String name,
            String version,
            boolean isDefault,
            Optional<String> unreadable,
            Optional<Applied> applied,
            List<RampStatus> ramps,
            List<GuardStatus> guards) {
        public PolicyStatus {
            ramps = List.copyOf(ramps);
            guards = List.copyOf(guards);
        }
    }

    /** The time, author and note of an applied policy. */
    public record Applied(Instant at, String by, Optional<String> note) {}

    /**
     * The state of a ramp.
     *
     * @param rule number of the rule, from 1
     * @param step number of the current step, from 1
     * @param steps number of steps
     * @param percent share of the arm in this step
     * @param since start of the step; empty before a router has started the ramp
     */
    public record RampStatus(
            int rule, String arm, int step, int steps, double percent, Optional<Instant> since) {}

    /**
     * A guard in force.
     *
     * @param rule number of the rule, from 1
     */
    public record GuardStatus(int rule, Guard guard) {}

    /** An arm that a guard has tripped. */
    public record TrippedArm(String policy, String arm, Trip trip) {}

    /** A pause in effect. */
    public record Pause(ControlKey.Pause key, OperatorCommand command) {}

    /**
     * Combines the control state with the configuration. The policies of the configuration are in
     * force until others are applied.
     *
     * @param control the state without expired commands
     * @param configured the policies of the configuration, by name
     * @param defaultPolicy the name of the policy that routes jobs
     * @param catalog resolves model aliases, because a trip applies to all names of a model
     * @param now time at which breaker lists expire and budgets end
     */
    public static ControlStatus of(
            ControlState control,
            Map<String, Policy> configured,
            String defaultPolicy,
            Catalog catalog,
            Instant now) {
        List<PolicyStatus> policies = new ArrayList<>();
        VersionedPolicy.all(control, configured)
                .forEach((name, it) -> policies.add(policy(name, it, control, defaultPolicy)));
        return new ControlStatus(
                policies,
                tripped(control, catalog),
                pauses(control),
                BreakerStatus.all(control.workers().values(), now),
                DoubtStatus.all(control.workers().values(), now),
                BudgetStatus.all(control, now),
                unreadable(control));
    }

    /** Returns the keys of unreadable records, those of API keys included. */
    private static List<String> unreadable(ControlState control) {
        return Stream.concat(
                        control.unreadable().stream(),
                        control.apiKeys().keySet().stream()
                                .filter(id -> GatewayKey.find(id, control).isEmpty())
                                .map(id -> new ControlKey.ApiKey(id).text()))
                .sorted()
                .toList();
    }

    private static Applied applied(AppliedPolicy policy) {
        return new Applied(policy.appliedAt(), policy.by(), policy.note());
    }

    private static PolicyStatus policy(
            String name, VersionedPolicy policy, ControlState control, String defaultPolicy) {
        List<Rule> rules = policy.policy().rules();
        List<RampStatus> ramps = new ArrayList<>();
        List<GuardStatus> guards = new ArrayList<>();
        for (int i = 0; i < rules.size(); i++) {
            int number = i + 1;
            rules.get(i)
                    .ramp()
                    .map(it -> ramp(number, it, control.rampStep(name, number, policy.version())))
                    .ifPresent(ramps::add);
            rules.get(i).guard().ifPresent(it -> guards.add(new GuardStatus(number, it)));
        }
        var unreadable = Optional.ofNullable(control.unreadableVersions().get(name));
        return new PolicyStatus(
                name,
                policy.version(),
                name.equals(defaultPolicy),
                unreadable.map(RoutedBy::version),
                policy.applied().map(ControlStatus::applied),
                ramps,
                guards);
    }

    private static RampStatus ramp(int rule, Ramp ramp, Optional<RampStep> current) {
        return new RampStatus(
                rule,
                ramp.arm(),
                current.map(RampStep::step).orElse(0) + 1,
                ramp.steps().size(),
                current.map(RampStep::share).orElse(ramp.steps().getFirst()),
                current.map(RampStep::since));
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
        return control.pauses().entrySet().stream()
                .map(it -> new Pause(it.getKey(), it.getValue()))
                .sorted(Comparator.comparing(it -> it.key().text()))
                .toList();
    }
}
