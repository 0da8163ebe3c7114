package dev.millrace.worker.simulation;

import dev.millrace.worker.simulation.Upstream.Fate;

/** A call that the provider has received: a line of its ledger. */
final class Sent {
    final Task task;
    final WorkerProcess process;
    final long atNanos;
    final Fate fate;

    /** What the provider charges for it, in millionths of a dollar. */
    final long billedMicros;

    /** Which attempt the committed ledger said was running; 0 when it did not. */
    final int attempt;

    /** Its process was told that it failed in a way that may be tried again. */
    boolean mayBeRepeated;

    /** Its process crashed, was expelled, or broke it off after its drain time: in flight then. */
    boolean isExcused;

    Sent(Task task, WorkerProcess process, long atNanos, Upstream.Plan plan, int attempt) {
        this.task = task;
        this.process = process;
        this.atNanos = atNanos;
        this.fate = plan.fate();
        this.billedMicros = plan.billedMicros();
        this.attempt = attempt;
    }
}
