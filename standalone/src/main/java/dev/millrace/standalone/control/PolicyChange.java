package dev.millrace.standalone.control;

import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.EffectivePolicy;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.policy.RoutedBy;
import java.util.List;
import java.util.Optional;

/**
 * A policy that is, or would be, put in force.
 *
 * @param name of the policy
 * @param before the version that was in force, as in {@code routed_by}; absent: there was none
 * @param after the version that is now; the same when nothing changed
 * @param unreadable a version later than {@code before} that this Millrace cannot read: whoever
 *     can, went by it; absent: there is none
 * @param diff the lines by which they differ
 */
public record PolicyChange(
        String name,
        Optional<String> before,
        String after,
        Optional<String> unreadable,
        List<String> diff) {
    public PolicyChange {
        diff = List.copyOf(diff);
    }

    static PolicyChange of(
            String name,
            ControlState state,
            Optional<EffectivePolicy> before,
            int version,
            Policy after) {
        return new PolicyChange(
                name,
                before.map(EffectivePolicy::version),
                RoutedBy.version(version),
                Optional.ofNullable(state.unreadableVersions().get(name)).map(RoutedBy::version),
                TextDiff.of(before.map(it -> it.policy().text()).orElse(""), after.text()));
    }

    /** Whether another version is in force than before. */
    public boolean isChange() {
        return !before.equals(Optional.of(after));
    }
}
