package dev.millrace.worker.simulation;

import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.service.Health;
import dev.millrace.worker.port.Control;
import dev.millrace.worker.simulation.time.EventType;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The control state seen by a process: unreadable at first, and later behind by a lag. */
final class SimulatedControl implements Control {
    private static final Duration MAX_LAG = Duration.ofSeconds(2);

    private final World world;
    private final WorkerProcess process;
    private final long lagNanos;
    private final long readableFrom;
    private @Nullable ControlState delivered;

    SimulatedControl(World world, WorkerProcess process) {
        this.world = world;
        this.process = process;
        this.lagNanos = world.random().nextLong(MAX_LAG.toNanos());
        this.readableFrom = world.timeline().now() + world.random().nextLong(lagNanos + 1);
    }

    @Override
    public Optional<ControlState> state() {
        long now = world.timeline().now();
        if (now < readableFrom) {
            world.eventLog().add(EventType.CONTROL_UNREAD, process);
            return Optional.empty();
        }
        ControlState state = world.control().at(now - lagNanos);
        if (state != delivered) {
            delivered = state;
            world.checker().onControlRead(process, state);
        }
        return Optional.of(state);
    }

    @Override
    public Health health() {
        return Health.ready("following");
    }

    @Override
    public void close() {
        process.mayFail(EventType.CRASH_AT_OPEN);
    }
}
