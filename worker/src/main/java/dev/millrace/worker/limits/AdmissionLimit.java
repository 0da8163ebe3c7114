package dev.millrace.worker.limits;

import dev.millrace.worker.job.Hold;
import dev.millrace.worker.job.Job;
import dev.millrace.worker.port.Providers;

/**
 * Bounds the calls that may start. A call reserves at each limit before it is announced. The
 * reservation ends in one of two ways: it is cancelled when the announcement is withdrawn, or
 * completed with the call's report. Belongs to the loop's thread.
 */
interface AdmissionLimit {
    /** A wait of unknown length, such as for the end of another call. */
    long UNKNOWN = Long.MAX_VALUE;

    /**
     * Returns the reason that holds back the job; called only while {@link #waitNanos} is not 0.
     */
    Hold hold(Job job, long nowNanos);

    /**
     * Returns the nanoseconds until the job's call can start, or {@link #UNKNOWN}; 0 permits it
     * now. Reserves nothing.
     */
    long waitNanos(Job job, long nowNanos);

    /**
     * Reserves capacity for the job's call, which is announced next.
     *
     * @return false if the limit no longer permits the call; then nothing is reserved
     */
    default boolean reserve(Job job, long nowNanos) {
        return true;
    }

    /** Takes back the reservation of an announced call that is not made. */
    default void cancel(Job job, long nowNanos) {}

    /**
     * Ends the reservation of a call that has reported. The report's verdict has the billing and
     * the headers of the response, including the provider's rate limits.
     */
    default void complete(Job job, Providers.CallReport report, long nowNanos) {}
}
