package dev.millrace.worker.simulation.mutation;

import dev.millrace.worker.port.Providers;
import java.util.function.Consumer;

/** Calls that are not made, or not reported, as the loop expects. */
class MutantProviders implements Providers {
    private final Providers real;

    MutantProviders(Providers real) {
        this.real = real;
    }

    Order changed(Order it) {
        return it;
    }

    /** Whether the next report does not arrive. */
    boolean isLost() {
        return false;
    }

    @Override
    public Call start(Order order, Consumer<Report> receiver) {
        return real.start(
                changed(order),
                report -> {
                    if (!isLost()) {
                        receiver.accept(report);
                    }
                });
    }

    @Override
    public void close() {
        real.close();
    }
}
