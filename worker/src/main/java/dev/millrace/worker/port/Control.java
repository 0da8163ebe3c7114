package dev.millrace.worker.port;

import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.service.Health;
import java.util.Optional;

/**
 * The loop's port to what the pipeline is told while it runs: cancellations and pauses. On the
 * loop's thread only. It never waits.
 */
public interface Control extends AutoCloseable {

    /**
     * What control says now; the same object for as long as nothing changes. Empty until it has
     * been read for the first time; when it cannot be read later on, what it said last holds.
     */
    Optional<ControlState> state();

    /** Whether what is told is heard; if not, why. */
    Health health();

    @Override
    void close();
}
