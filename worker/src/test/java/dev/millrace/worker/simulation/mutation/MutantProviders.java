package dev.millrace.worker.simulation.mutation;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.worker.port.Providers;
import java.util.function.Consumer;

/** Providers whose call requests and reports a mutation changes. */
class MutantProviders implements Providers {
    private final Providers real;

    MutantProviders(Providers real) {
        this.real = real;
    }

    /** Returns providers that report refused calls with another error. */
    static MutantProviders refusingWith(ErrorCode error, Providers real) {
        return new MutantProviders(real) {
            @Override
            CallReport changed(CallReport it) {
                return MutantRecords.refusedAs(error, it);
            }
        };
    }

    /** Returns providers that report possibly billed calls as unbilled. */
    static MutantProviders withoutUncertainty(Providers real) {
        return new MutantProviders(real) {
            @Override
            CallReport changed(CallReport it) {
                return MutantRecords.unbilledIfUncertain(it);
            }
        };
    }

    /** Returns providers that report no stated cost of an answer. */
    static MutantProviders withoutStatedCost(Providers real) {
        return new MutantProviders(real) {
            @Override
            CallReport changed(CallReport it) {
                return MutantRecords.withoutStatedCost(it);
            }
        };
    }

    /** Returns providers that send calls however late they are. */
    static MutantProviders withoutSendWindow(Providers real) {
        return new MutantProviders(real) {
            @Override
            CallRequest changed(CallRequest it) {
                return MutantRecords.withoutSendWindow(it);
            }
        };
    }

    CallRequest changed(CallRequest it) {
        return it;
    }

    CallReport changed(CallReport it) {
        return it;
    }

    @Override
    public Call start(CallRequest request, Consumer<CallReport> receiver) {
        return real.start(changed(request), report -> receiver.accept(changed(report)));
    }

    @Override
    public int keyCount(String provider) {
        return real.keyCount(provider);
    }

    @Override
    public void close() {
        real.close();
    }
}
