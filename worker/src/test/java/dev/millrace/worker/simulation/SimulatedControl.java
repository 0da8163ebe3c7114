package dev.millrace.worker.simulation;

import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.service.Health;
import dev.millrace.worker.port.Control;
import dev.millrace.worker.simulation.time.Happening;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Control as a process follows it: some time behind, and at first not at all. */
final class SimulatedControl implements Control {
    private static final Duration LONGEST_LAG = Duration.ofSeconds(2);

    private final World world;
    private final WorkerProcess process;
    private final long lagNanos;
    private final long readableFrom;
    private @Nullable ControlState told;

    SimulatedControl(World world, WorkerProcess process) {
        this.world = world;
        this.process = process;
        this.lagNanos = world.random().nextLong(LONGEST_LAG.toNanos());
        this.readableFrom = world.timeline().now() + world.random().nextLong(lagNanos + 1);
    }

    @Override
    public Optional<ControlState> state() {
        long now = world.timeline().now();
        if (now < readableFrom) {
            world.chronicle().note(Happening.CONTROL_UNREAD, process);
            return Optional.empty();
        }
        ControlState state = world.control().at(now - lagNanos);
        if (state != told) {
            told = state;
            world.checker().onTold(process, state);
        }
        return Optional.of(state);
    }

    @Override
    public Health health() {
        return Health.ready("following");
    }

    @Override
    public void close() {
        process.step(Happening.CRASH_AT_OPEN);
    }
}
