package dev.millrace.worker.port;

import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.service.Health;
import java.util.Optional;

/** The loop's port to cancellations and pauses. Called on the loop's thread only; never waits. */
public interface Control extends AutoCloseable {

    /**
     * Returns the current control state; an identical object until it changes. Empty until the
     * state was first read; while the topic cannot be read, the last state remains in effect.
     */
    Optional<ControlState> state();

    /** Returns whether the control topic is being followed, or why not. */
    Health health();

    @Override
    void close();
}
