package dev.millrace.worker.simulation;

import dev.millrace.worker.simulation.Upstream.Outcome;

/** A call that the provider has received. */
final class SentCall {
    final Task task;
    final String model;
    final WorkerProcess process;
    final long atNanos;
    final Outcome outcome;

    /** The provider's charge, in millionths of a dollar. */
    final long billedMicros;

    /** The running attempt in the committed ledger when the call was sent; 0 for none. */
    final int attempt;

    /** The tokens that the provider has reported; 0 if it has reported none. */
    long billedTokens;

    /**
     * Time at which the call left the loop of its process, if the process was paused before the
     * call was sent; otherwise the time of sending. Workers do not know the length of their pauses.
     */
    long leftAtNanos;

    /** Time of the commit of the call's outcome; a far time until the commit. */
    long settledAtNanos = Long.MAX_VALUE;

    /** True if the provider has ended the call. */
    boolean isOver;

    /** True if the call failed in a way that permits a retry. */
    boolean isRetryable;

    /**
     * True if the call need not count as an attempt, because the provider and not the job is at
     * fault.
     */
    boolean isExcusable;

    /** True if the process was lost or aborted the call after its drain timeout. */
    boolean isExempt;

    SentCall(
            Task task,
            String model,
            WorkerProcess process,
            long atNanos,
            Upstream.Plan plan,
            int attempt) {
        this.task = task;
        this.model = model;
        this.process = process;
        this.atNanos = atNanos;
        leftAtNanos = atNanos;
        this.outcome = plan.outcome();
        this.billedMicros = plan.billedMicros();
        this.attempt = attempt;
    }
}
