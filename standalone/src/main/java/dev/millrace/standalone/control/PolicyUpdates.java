package dev.millrace.standalone.control;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.control.AppliedPolicy;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.Trip;
import dev.millrace.contracts.control.VersionedPolicy;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.control.ControlWriter.Change;
import dev.millrace.standalone.client.ChangeMetadata;
import dev.millrace.standalone.console.UserError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntPredicate;

/** Decides how to apply, roll back and clear policies, as pure functions of the control state. */
public final class PolicyUpdates {
    private PolicyUpdates() {}

    /**
     * Puts policies in force. An unchanged policy gets no new version, unless control has a later
     * version that this Millrace cannot read: newer services possibly use that version.
     *
     * @param configured the policies of the configuration, in force unless another version was
     *     applied
     */
    public static Change<List<PolicyChange>> apply(
            ControlState state,
            Map<String, Policy> wanted,
            Map<String, Policy> configured,
            ChangeMetadata metadata) {
        var records = new ArrayList<ControlRecord>();
        var changes = new ArrayList<PolicyChange>();
        wanted.forEach(
                (name, policy) -> {
                    var before = VersionedPolicy.find(name, state, configured);
                    var current = state.policy(name);
                    if (isInForce(policy, current) && !hasUnreadableVersion(name, state)) {
                        changes.add(
                                PolicyChange.of(
                                        name, state, before, current.get().version(), policy));
                    } else {
                        var next = next(name, policy, state, metadata);
                        records.add(next.record());
                        changes.add(PolicyChange.of(name, state, before, next.version(), policy));
                    }
                });
        return new Change<>(records, changes);
    }

    private static boolean isInForce(Policy policy, Optional<AppliedPolicy> current) {
        return current.map(it -> it.policy().equals(policy)).orElse(false);
    }

    /** Returns true when control has a later version that this Millrace cannot read. */
    private static boolean hasUnreadableVersion(String name, ControlState state) {
        return state.unreadableVersions().containsKey(name);
    }

    /**
     * A rollback of a policy.
     *
     * @param change the change of the version in force
     * @param to the policy that is in force now
     * @param restored the version whose rules were restored
     */
    public record Rollback(PolicyChange change, Policy to, String restored) {}

    /**
     * Puts the rules of an earlier version in force as a new version.
     *
     * @param to number of the earlier version; empty for the previous version. The configured
     *     policy counts as the version before the first
     * @param configured the policies of the configuration
     * @throws UserError when the version does not exist, its rules are already in force, or {@code
     *     to} is empty and this Millrace cannot read the version in force
     */
    public static Change<Rollback> rollback(
            ControlState state,
            String name,
            OptionalInt to,
            Map<String, Policy> configured,
            ChangeMetadata metadata) {
        var current =
                state.policy(name)
                        .orElseThrow(
                                () -> UserError.usage("No policy " + name + " was ever applied"));
        if (hasUnreadableVersion(name, state) && to.isEmpty()) {
            throw unreadable(state, current);
        }
        var target = target(state, current, to, configured);
        if (isInForce(target.policy(), Optional.of(current))
                && !hasUnreadableVersion(name, state)) {
            throw UserError.usage(
                    "%s already has the rules of %s, in %s"
                            .formatted(name, target.label(), current.label()));
        }
        var withNote =
                new ChangeMetadata(
                        metadata.at(), metadata.by(), Optional.of(note(target, metadata)));
        var next = next(name, target.policy(), state, withNote);
        var before = VersionedPolicy.find(name, state, Map.of());
        return new Change<>(
                List.of(next.record()),
                new Rollback(
                        PolicyChange.of(name, state, before, next.version(), target.policy()),
                        target.policy(),
                        target.version()));
    }

    private static String note(VersionedPolicy target, ChangeMetadata metadata) {
        return "rollback to " + target.label() + metadata.note().map(it -> ": " + it).orElse("");
    }

    private static VersionedPolicy target(
            ControlState state,
            AppliedPolicy current,
            OptionalInt to,
            Map<String, Policy> configured) {
        if (to.isPresent()) {
            return latest(state, current.name(), version -> version == to.getAsInt())
                    .map(VersionedPolicy::of)
                    .orElseThrow(() -> noVersion(current.name(), to.getAsInt()));
        }
        return latest(state, current.name(), version -> version < current.version())
                .map(VersionedPolicy::of)
                .or(() -> configured(current, configured))
                .orElseThrow(() -> nothingBefore(current));
    }

    private static Optional<AppliedPolicy> latest(
            ControlState state, String name, IntPredicate isWanted) {
        return state.history(name).stream()
                .filter(it -> isWanted.test(it.version()))
                .reduce((_, later) -> later);
    }

    /**
     * Returns the policy in force before the first version, assuming that the routers have this
     * configuration.
     */
    private static Optional<VersionedPolicy> configured(
            AppliedPolicy current, Map<String, Policy> configured) {
        return Optional.ofNullable(configured.get(current.name()))
                .filter(_ -> current.version() == 1)
                .map(VersionedPolicy::of);
    }

    private static UserError unreadable(ControlState state, AppliedPolicy current) {
        return UserError.usage(
                "This Millrace cannot read %s v%d, the version in force. Name the version to restore with --to, such as --to %d"
                        .formatted(
                                current.name(),
                                state.lastVersion(current.name()),
                                current.version()));
    }

    private static UserError noVersion(String name, int number) {
        return UserError.usage(
                "%s has no version %d. \"millrace policy history %s\" lists its versions"
                        .formatted(name, number, name));
    }

    private static UserError nothingBefore(AppliedPolicy current) {
        return UserError.usage(
                ("There is no readable version of %s before %s, and the configuration has no such"
                                + " policy. Name the pipeline's configuration with --config, or"
                                + " apply the policy that you want")
                        .formatted(current.name(), current.label()));
    }

    /**
     * Restores the share of a tripped arm, under all names of its model.
     *
     * @param arm any name of the arm's model
     * @throws UserError when the arm is not tripped
     */
    public static Change<Trip> clear(
            ControlState state, String name, String arm, Catalog catalog, ChangeMetadata metadata) {
        var trip = state.trip(name, arm, catalog).orElseThrow(() -> notTripped(state, name, arm));
        var records = new ArrayList<ControlRecord>();
        state.trips(name, arm, catalog)
                .forEach(
                        (key, each) -> {
                            if (each.isInForce()) {
                                records.add(each.cleared(metadata.at()).record(name, key.arm()));
                            }
                        });
        return new Change<>(records, trip);
    }

    private static UserError notTripped(ControlState state, String name, String arm) {
        var tripped =
                state.trips().entrySet().stream()
                        .filter(it -> it.getKey().policy().equals(name))
                        .filter(it -> it.getValue().isInForce())
                        .map(it -> it.getKey().arm())
                        .sorted()
                        .toList();
        return UserError.usage(
                "No guard of %s has tripped %s%s"
                        .formatted(
                                name,
                                arm,
                                tripped.isEmpty()
                                        ? ""
                                        : ". Tripped arms: " + String.join(", ", tripped)));
    }

    private static AppliedPolicy next(
            String name, Policy policy, ControlState state, ChangeMetadata metadata) {
        if (state.lastVersion(name) == ControlKey.MAX_VERSION) {
            throw UserError.usage(
                    name + " has reached the highest version, v" + ControlKey.MAX_VERSION);
        }
        return new AppliedPolicy(
                name,
                state.lastVersion(name) + 1,
                policy,
                metadata.at(),
                metadata.by(),
                metadata.note());
    }
}
