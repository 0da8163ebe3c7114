package dev.millrace.bench.resilience;

/** A fault, and how the worker handles it. */
record FaultCase(Fault fault, Strategy strategy) {
    /** Returns the name in files. */
    String key() {
        return fault.key() + "-" + strategy.key();
    }

    /** Returns the name in messages. */
    String title() {
        return fault.title() + ", " + strategy.title();
    }
}
