package dev.millrace.worker.simulation.mutation;

import dev.millrace.worker.port.ResultLog;
import java.util.Optional;

/** A producer whose transactions a mutation changes. */
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
