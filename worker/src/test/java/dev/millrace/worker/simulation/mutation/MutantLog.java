package dev.millrace.worker.simulation.mutation;

import dev.millrace.worker.port.ResultLog;
import java.util.Optional;

/** A producer that writes something else than what it is given. */
class MutantLog implements ResultLog {
    private final ResultLog real;

    MutantLog(ResultLog real) {
        this.real = real;
    }

    @Override
    public Optional<String> open() {
        return real.open();
    }

    @Override
    public Commit commit(Transaction it) {
        return real.commit(it);
    }

    @Override
    public void close() {
        real.close();
    }
}
