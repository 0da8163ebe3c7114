package dev.millrace.worker.capacity;

import dev.millrace.worker.job.Job;

/**
 * The slot of a call in flight.
 *
 * @param model name of the model that is called, or of its cheaper tier
 * @param isCritical whether the call may use the reserve for critical jobs
 */
public record Slot(String model, boolean isCritical) {

    /** Returns the slot that a call of the job takes. */
    public static Slot of(Job job) {
        return new Slot(job.queue(), job.isCritical());
    }
}
