package dev.millrace.worker.simulation.mutation;

import dev.millrace.worker.port.Providers;
import java.util.function.Consumer;

/** Providers whose call requests a mutation changes. */
class MutantProviders implements Providers {
    private final Providers real;

    MutantProviders(Providers real) {
        this.real = real;
    }

    CallRequest changed(CallRequest it) {
        return it;
    }

    @Override
    public Call start(CallRequest request, Consumer<CallReport> receiver) {
        return real.start(changed(request), receiver);
    }

    @Override
    public void close() {
        real.close();
    }
}
