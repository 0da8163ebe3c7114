package dev.millrace.router.policy;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.contracts.control.ControlState;
import java.util.function.Supplier;

/**
 * Supplies the current snapshot, and replaces it when control has changed. {@code RouterStarter}
 * connects it to the follower of the control topic; {@code PlanStep} asks it for each job.
 * Thread-safe.
 */
public final class PolicySnapshotSource implements Supplier<PolicySnapshot> {
    private final Supplier<ControlState> control;
    private final MillraceConfig config;
    private volatile PolicySnapshot last;

    /**
     * Creates a source and reads the current state of control.
     *
     * @param control supplies the current state; a changed state is another object
     */
    public PolicySnapshotSource(Supplier<ControlState> control, MillraceConfig config) {
        this.control = control;
        this.config = config;
        last = PolicySnapshot.of(control.get(), config);
    }

    @Override
    public PolicySnapshot get() {
        return of(control.get());
    }

    /** Returns the snapshot of a state of control. */
    public PolicySnapshot of(ControlState now) {
        PolicySnapshot snapshot = last;
        if (snapshot.control() != now) {
            snapshot = PolicySnapshot.of(now, config);
            last = snapshot;
        }
        return snapshot;
    }
}
