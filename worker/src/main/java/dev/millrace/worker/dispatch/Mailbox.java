package dev.millrace.worker.dispatch;

import dev.millrace.worker.job.LaunchedCall;
import dev.millrace.worker.port.Providers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Delivers the reports of calls to the loop. Holds at most one report for each call in flight, and
 * one for each call that was declared lost but still reports.
 */
public interface Mailbox {

    /** Adds a report. From any thread; never blocks. */
    void put(Finished finished);

    /**
     * Takes the next report, mostly of a critical job if there is one; null when none arrives
     * within the wait. On the loop's thread.
     */
    @Nullable Finished take(Duration wait);

    boolean isEmpty();

    /** Sets whether the loop waits in a poll, so that a report must wake it. */
    void setLoopPolling(boolean isPolling);

    /** A call that has reported. */
    record Finished(LaunchedCall call, Providers.CallReport report) {}
}
