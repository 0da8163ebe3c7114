package dev.millrace.standalone.control;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.control.AppliedPolicy;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.EffectivePolicy;
import dev.millrace.contracts.control.Trip;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.control.ControlWriter.Change;
import dev.millrace.standalone.console.UserError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntPredicate;

/** What becomes of policies, as functions of what control says. */
public final class PolicyDecisions {
    private PolicyDecisions() {}

    /**
     * Puts these policies in force. One that control already has so gets no new version, unless
     * there is a later one that cannot be read: others may go by that.
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
                    var before = EffectivePolicy.one(name, state, ofTheFile);
                    var current = state.policy(name);
                    if (isInForce(policy, current) && !isPassed(name, state)) {
                        changes.add(
                                PolicyChange.of(
                                        name, state, before, current.get().version(), policy));
                    } else {
                        var next = next(name, policy, state, stamp);
                        records.add(next.record());
                        changes.add(PolicyChange.of(name, state, before, next.version(), policy));
                    }
                });
        return new Change<>(records, changes);
    }

    private static boolean isInForce(Policy policy, Optional<AppliedPolicy> current) {
        return current.map(it -> it.policy().equals(policy)).orElse(false);
    }

    /** Whether there is a later version that cannot be read. */
    private static boolean isPassed(String name, ControlState state) {
        return state.unreadableVersions().containsKey(name);
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
     * @param to its number; absent: the version before the one in force, and before the first one
     *     the configuration's
     * @param ofTheFile the configuration's
     * @throws UserError when there is no such version, its rules are in force already, or which one
     *     is before the one in force cannot be told, since that cannot be read
     */
    public static Change<Rollback> rollback(
            ControlState state,
            String name,
            OptionalInt to,
            Map<String, Policy> ofTheFile,
            Stamp stamp) {
        var current =
                state.policy(name)
                        .orElseThrow(() -> UserError.usage("Control has no policy " + name));
        if (isPassed(name, state) && to.isEmpty()) {
            throw notReadable(state, current);
        }
        var target = target(state, current, to, ofTheFile);
        if (isInForce(target.policy(), Optional.of(current)) && !isPassed(name, state)) {
            throw UserError.usage(
                    "%s has the rules of %s already, in %s"
                            .formatted(name, target.label(), current.label()));
        }
        var why = new Stamp(stamp.at(), stamp.by(), Optional.of(note(target, stamp)));
        var next = next(name, target.policy(), state, why);
        var before = EffectivePolicy.one(name, state, Map.of());
        return new Change<>(
                List.of(next.record()),
                new Rollback(
                        PolicyChange.of(name, state, before, next.version(), target.policy()),
                        current.policy(),
                        target.policy(),
                        target.version()));
    }

    private static String note(EffectivePolicy target, Stamp stamp) {
        return "rollback to " + target.label() + stamp.note().map(it -> ": " + it).orElse("");
    }

    private static EffectivePolicy target(
            ControlState state,
            AppliedPolicy current,
            OptionalInt to,
            Map<String, Policy> ofTheFile) {
        if (to.isPresent()) {
            return last(state, current.name(), version -> version == to.getAsInt())
                    .map(EffectivePolicy::of)
                    .orElseThrow(() -> noVersion(current.name(), to.getAsInt()));
        }
        return last(state, current.name(), version -> version < current.version())
                .map(EffectivePolicy::of)
                .or(() -> ofTheFile(current, ofTheFile))
                .orElseThrow(() -> nothingBefore(current));
    }

    private static Optional<AppliedPolicy> last(
            ControlState state, String name, IntPredicate isWanted) {
        return state.history(name).stream()
                .filter(it -> isWanted.test(it.version()))
                .reduce((_, later) -> later);
    }

    /** What was in force before the first version, as far as this configuration is the routers'. */
    private static Optional<EffectivePolicy> ofTheFile(
            AppliedPolicy current, Map<String, Policy> ofTheFile) {
        return Optional.ofNullable(ofTheFile.get(current.name()))
                .filter(_ -> current.version() == 1)
                .map(EffectivePolicy::of);
    }

    private static UserError notReadable(ControlState state, AppliedPolicy current) {
        return UserError.usage(
                "%s v%d cannot be read by this Millrace, and is in force where it can: name the version to go back to with --to, such as --to %d"
                        .formatted(
                                current.name(),
                                state.lastVersion(current.name()),
                                current.version()));
    }

    private static UserError noVersion(String name, int number) {
        return UserError.usage(
                "%s has no version %d; \"millrace policy history %s\" tells which there are"
                        .formatted(name, number, name));
    }

    private static UserError nothingBefore(AppliedPolicy current) {
        return UserError.usage(
                ("No version of %s before %s can be read, and the configuration at hand has no such"
                                + " policy to go back to: name the pipeline's with --config, or"
                                + " apply the policy that you want")
                        .formatted(current.name(), current.label()));
    }

    /**
     * Gives an arm back the share that a guard has taken from it, under whichever names of its
     * model that is stored.
     *
     * @param arm any name of its model
     * @throws UserError when no guard has
     */
    public static Change<Trip> clear(
            ControlState state, String name, String arm, Catalog catalog, Stamp stamp) {
        var trip = state.trip(name, arm, catalog).orElseThrow(() -> notTripped(state, name, arm));
        var records = new ArrayList<ControlRecord>();
        state.trips(name, arm, catalog)
                .forEach(
                        (key, each) -> {
                            if (each.isInForce()) {
                                records.add(each.cleared(stamp.at()).record(name, key.arm()));
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
                "No guard of %s has taken the share of %s%s"
                        .formatted(
                                name,
                                arm,
                                tripped.isEmpty()
                                        ? ""
                                        : "; those without a share are "
                                                + String.join(", ", tripped)));
    }

    private static AppliedPolicy next(String name, Policy policy, ControlState state, Stamp stamp) {
        if (state.lastVersion(name) == ControlKey.MAX_VERSION) {
            throw UserError.usage(name + " can have no version after v" + ControlKey.MAX_VERSION);
        }
        return new AppliedPolicy(
                name, state.lastVersion(name) + 1, policy, stamp.at(), stamp.by(), stamp.note());
    }
}
