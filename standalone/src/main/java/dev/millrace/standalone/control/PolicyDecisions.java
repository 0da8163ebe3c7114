package dev.millrace.standalone.control;

import dev.millrace.contracts.control.AppliedPolicy;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.ControlWriter.Change;
import dev.millrace.contracts.control.Trip;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.standalone.console.UserError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** What becomes of policies, as functions of what control says. */
public final class PolicyDecisions {
    private PolicyDecisions() {}

    /**
     * Puts these policies in force. One that control already has so gets no new version.
     *
     * @param ofTheFile the configuration's, to compare with where control has none
     */
    public static Change<List<PolicyChange>> apply(
            ControlState state,
            Map<String, Policy> wanted,
            Map<String, Policy> ofTheFile,
            Stamp stamp) {
        var records = new ArrayList<ControlRecord>();
        var changes = new ArrayList<PolicyChange>();
        wanted.forEach(
                (name, policy) -> {
                    var before = InForce.one(name, state, ofTheFile);
                    var current = state.policy(name);
                    if (current.map(it -> it.policy().equals(policy)).orElse(false)) {
                        changes.add(PolicyChange.of(name, before, current.get().version(), policy));
                    } else {
                        var next = next(name, policy, state, stamp);
                        records.add(next.record());
                        changes.add(PolicyChange.of(name, before, next.version(), policy));
                    }
                });
        return new Change<>(records, changes);
    }

    /**
     * A policy that is taken back.
     *
     * @param change what it means
     * @param from the rules that were in force
     * @param to the rules that are now
     * @param restored the version that they come from
     */
    public record Rollback(PolicyChange change, Policy from, Policy to, String restored) {}

    /**
     * Puts the rules of an earlier version in force, as a new version.
     *
     * @param to its number; absent: the version before the one in force
     * @throws UserError when there is no such version, or its rules are in force already
     */
    public static Change<Rollback> rollback(
            ControlState state, String name, OptionalInt to, Stamp stamp) {
        var current =
                state.policy(name)
                        .orElseThrow(() -> UserError.usage("Control has no policy " + name));
        var target = target(state, current, to);
        if (target.policy().equals(current.policy())) {
            throw UserError.usage(
                    "%s has the rules of %s already, in %s"
                            .formatted(name, target.label(), current.label()));
        }
        var note = "back to " + target.label() + stamp.note().map(it -> ": " + it).orElse("");
        var next =
                next(
                        name,
                        target.policy(),
                        state,
                        new Stamp(stamp.at(), stamp.by(), Optional.of(note)));
        var before = InForce.one(name, state, Map.of());
        return new Change<>(
                List.of(next.record()),
                new Rollback(
                        PolicyChange.of(name, before, next.version(), target.policy()),
                        current.policy(),
                        target.policy(),
                        target.label()));
    }

    private static AppliedPolicy target(ControlState state, AppliedPolicy current, OptionalInt to) {
        var found =
                state.history(current.name()).stream()
                        .filter(
                                it ->
                                        to.isPresent()
                                                ? it.version() == to.getAsInt()
                                                : it.version() < current.version())
                        .reduce((_, later) -> later);
        return found.orElseThrow(
                () ->
                        UserError.usage(
                                to.isPresent()
                                        ? "%s has no version %d; \"millrace policy history %s\" tells"
                                                        .formatted(
                                                                current.name(),
                                                                to.getAsInt(),
                                                                current.name())
                                                + " which there are"
                                        : "%s is the first version of %s in control: apply the policy that you want"
                                                .formatted(current.label(), current.name())));
    }

    /**
     * Gives an arm back the share that a guard has taken from it.
     *
     * @throws UserError when no guard has
     */
    public static Change<Trip> clear(ControlState state, String name, String arm, Stamp stamp) {
        var trip =
                state.trip(name, arm)
                        .orElseThrow(
                                () ->
                                        UserError.usage(
                                                "No guard of %s has taken the share of %s"
                                                        .formatted(name, arm)));
        return new Change<>(List.of(trip.cleared(stamp.at()).record(name, arm)), trip);
    }

    private static AppliedPolicy next(String name, Policy policy, ControlState state, Stamp stamp) {
        return new AppliedPolicy(
                name, state.lastVersion(name) + 1, policy, stamp.at(), stamp.by(), stamp.note());
    }
}
