package dev.millrace.worker.limits;

import dev.millrace.worker.job.Job;
import dev.millrace.worker.port.Providers;

/**
 * Limits the calls in flight by the slots of their models. A call keeps its slot until its end is
 * in a transaction, which frees it; so the calls that a crash repeats stay within the limit.
 */
record SlotLimit(Capacity capacity) implements AdmissionLimit {
    @Override
    public long waitNanos(Job job, long nowNanos) {
        return capacity.hasSlot(job) ? 0 : UNKNOWN;
    }

    @Override
    public void reserve(Job job, long nowNanos) {
        capacity.takeSlot(job.partition().model());
    }

    @Override
    public void cancel(Job job, long nowNanos) {
        capacity.freeSlot(job.partition().model());
    }

    @Override
    public void complete(Job job, Providers.CallReport report, long nowNanos) {
        if (!job.isRunning()) {
            // Aborted or lost: no end is written here, and the call kept its slot until its report.
            capacity.freeSlot(job.partition().model());
        }
    }
}
