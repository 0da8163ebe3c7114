package dev.millrace.router.policy;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.contracts.control.ControlState;
import java.util.Optional;

/**
 * The state of control and the policies in force at one moment. Immutable; each change of control
 * makes a new snapshot.
 *
 * @param control the state of control
 * @param defaultPolicy the policy for jobs with the model {@code auto}; empty without one
 */
public record PolicySnapshot(ControlState control, Optional<ActivePolicy> defaultPolicy) {

    /** Returns a snapshot; policies in control override configured policies. */
    public static PolicySnapshot of(ControlState control, MillraceConfig config) {
        return new PolicySnapshot(control, ActivePolicy.inForce(control, config));
    }
}
