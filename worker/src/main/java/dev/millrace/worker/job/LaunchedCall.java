package dev.millrace.worker.job;

import dev.millrace.worker.port.Providers;
import dev.millrace.worker.port.Providers.CallReport;
import org.jspecify.annotations.Nullable;

/**
 * A call from its launch until its report is handled, or until the call is declared lost. Belongs
 * to the loop's thread; the thread of the call only passes this object on.
 */
public final class LaunchedCall {
    private final boolean isCritical;
    private @Nullable Job job;
    private Providers.@Nullable Call handle;
    private long overdueNanos;
    private boolean isCancelledWithJob;

    LaunchedCall(Job job) {
        this.job = job;
        this.isCritical = job.isCritical();
    }

    /** Returns true for the call of a critical job. From any thread. */
    public boolean isCritical() {
        return isCritical;
    }

    /** Keeps the handle with which the call can be cancelled. */
    public void onStarted(Providers.Call started) {
        handle = started;
    }

    /** Cancels the call; its report still follows. */
    public void cancel() {
        if (handle != null) {
            handle.cancel();
        }
    }

    /** Cancels the call because its job is cancelled; its report still follows. */
    void cancelWithJob() {
        if (!isCancelledWithJob) {
            isCancelledWithJob = true;
            cancel();
        }
    }

    /**
     * Returns the report with its proper verdict: when the call was cancelled with its job, a
     * missing answer is no fault of the provider.
     */
    public CallReport counted(CallReport report) {
        return isCancelledWithJob ? report.ofCancelledJob() : report;
    }

    /**
     * Drops the job, which holds the whole request, and the handle: the call has ended for the
     * loop.
     */
    public void end() {
        job = null;
        handle = null;
    }

    /** Returns the job; null when the call has ended for the loop, so that its report is stale. */
    public @Nullable Job job() {
        return job;
    }

    public boolean hasEnded() {
        return job == null;
    }

    /** Returns the nanosecond time at which the call's current time limit ends. */
    public long overdueNanos() {
        return overdueNanos;
    }

    public void setOverdueNanos(long overdueNanos) {
        this.overdueNanos = overdueNanos;
    }
}
