package dev.millrace.worker.simulation.mutation;

import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.service.Health;
import dev.millrace.worker.port.Control;
import java.util.Optional;

/** Control whose state is always empty. */
final class MutantControl implements Control {
    private final Control real;

    MutantControl(Control real) {
        this.real = real;
    }

    @Override
    public Optional<ControlState> state() {
        return real.state().map(_ -> ControlState.EMPTY);
    }

    @Override
    public Health health() {
        return real.health();
    }

    @Override
    public void close() {
        real.close();
    }
}
