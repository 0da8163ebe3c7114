package dev.millrace.worker.dispatch;

import dev.millrace.worker.job.LaunchedCall;
import dev.millrace.worker.port.Providers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Brings the reports of calls back to the loop. Holds at most one report for each call in flight,
 * and one for each call that was taken for lost and reports after all.
 */
public interface Mailbox {

    /** Adds a report. From any thread; never blocks. */
    void put(Finished finished);

    /** Takes the next report; null when none arrives within the wait. On the loop's thread. */
    @Nullable Finished take(Duration wait);

    boolean isEmpty();

    /** Sets whether the loop waits elsewhere, and wants to be woken by a report. */
    void onLoopAway(boolean away);

    /** A call that has reported. */
    record Finished(LaunchedCall call, Providers.CallReport report) {}
}
