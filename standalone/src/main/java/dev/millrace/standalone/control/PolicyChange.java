package dev.millrace.standalone.control;

import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.VersionedPolicy;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.policy.RoutedBy;
import java.util.List;
import java.util.Optional;

/**
 * A change that puts a policy in force, or would do so.
 *
 * @param name name of the policy
 * @param before the version in force before, as in {@code routed_by}; empty for a new policy
 * @param after the version in force now; equals {@code before} when nothing changed
 * @param unreadable a version later than {@code before} that this Millrace cannot read, but newer
 *     services can, for which it was in force; empty for none
 * @param diff the lines that differ between the versions
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
            Optional<VersionedPolicy> before,
            int version,
            Policy after) {
        return new PolicyChange(
                name,
                before.map(VersionedPolicy::version),
                RoutedBy.version(version),
                Optional.ofNullable(state.unreadableVersions().get(name)).map(RoutedBy::version),
                TextDiff.of(before.map(it -> it.policy().text()).orElse(""), after.text()));
    }

    /** Returns true when the change puts another version in force. */
    public boolean isChange() {
        return !before.equals(Optional.of(after));
    }
}
