package dev.millrace.worker.limits;

import dev.millrace.contracts.waiting.WaitingReason;
import dev.millrace.worker.capacity.Capacity;
import dev.millrace.worker.capacity.Slot;
import dev.millrace.worker.job.Hold;
import dev.millrace.worker.job.Job;
import dev.millrace.worker.port.Providers;

/**
 * Limits the calls in flight by the slots of their models. A call keeps its slot until a
 * transaction contains its end, so that a crash never repeats more calls than the limit.
 */
record SlotLimit(Capacity capacity) implements AdmissionLimit {
    @Override
    public Hold hold(Job job, long nowNanos) {
        return new Hold(
                WaitingReason.SLOTS, "worker.max_in_flight: " + capacity.slotBounds().limit());
    }

    @Override
    public long waitNanos(Job job, long nowNanos) {
        return capacity.hasSlot(Slot.of(job)) ? 0 : UNKNOWN;
    }

    @Override
    public boolean reserve(Job job, long nowNanos) {
        capacity.takeSlot(Slot.of(job));
        return true;
    }

    @Override
    public void cancel(Job job, long nowNanos) {
        capacity.freeSlot(Slot.of(job));
    }

    @Override
    public void complete(Job job, Providers.CallReport report, long nowNanos) {
        if (!job.isRunning()) {
            // The call was aborted or its partition lost, so that no transaction frees the slot.
            capacity.freeSlot(Slot.of(job));
        }
    }
}
