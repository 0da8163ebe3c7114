package dev.millrace.worker.dispatch;

import dev.millrace.worker.job.LaunchedCall;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;

/**
 * Finds calls that end without a report, for example because memory ran out on a call's thread.
 * Otherwise the slot of such a call would never be freed, and its offset never committed. Belongs
 * to the loop's thread.
 *
 * <pre>
 *   RUNNING ──total timeout + margin──► ABORTED ──margin──► lost
 *      └──────────── report ─────────────┴──► forgotten
 * </pre>
 *
 * <p>The second margin starts when the loop notices the end of the first. A process that was
 * suspended therefore still gives its calls time to report.
 */
public final class CallWatchdog {
    /** Time after a timeout for closing the connection and delivering the report to the loop. */
    static final Duration MARGIN = Duration.ofSeconds(30);

    /** Shorter queues are never swept. */
    private static final int MIN_SWEPT = 256;

    private final Duration total;

    /** Calls in the order of their deadlines; calls that have ended stay until a sweep. */
    private final Queue<LaunchedCall> running = byOverdue();

    private final Queue<LaunchedCall> aborted = byOverdue();

    /** Length of {@code running} that triggers a sweep. */
    private int sweepAt = MIN_SWEPT;

    /**
     * @param total longest duration of a call
     */
    public CallWatchdog(Duration total) {
        this.total = total;
    }

    private static Queue<LaunchedCall> byOverdue() {
        // By subtraction: the ticker may start anywhere and overflow.
        return new PriorityQueue<>((a, b) -> Long.signum(a.overdueNanos() - b.overdueNanos()));
    }

    /** Returns the longest duration of a call before it is aborted. */
    Duration longest() {
        return total.plus(MARGIN);
    }

    /**
     * Watches a call.
     *
     * @param limit longest duration of the call if it is longer than that of other calls
     */
    void onStarted(LaunchedCall call, Duration limit, long nowNanos) {
        if (running.size() >= sweepAt) {
            running.removeIf(LaunchedCall::hasEnded);
            // The next sweep follows when the queue has doubled: constant time per call.
            sweepAt = Math.max(MIN_SWEPT, 2 * running.size());
        }
        Duration longest = limit.compareTo(total) > 0 ? limit : total;
        call.setOverdueNanos(nowNanos + longest.plus(MARGIN).toNanos());
        running.add(call);
    }

    /** Removes and returns the calls whose time is over; the caller aborts them. */
    List<LaunchedCall> takeOverdue(long nowNanos) {
        List<LaunchedCall> overdue = take(running, nowNanos);
        for (LaunchedCall call : overdue) {
            call.setOverdueNanos(nowNanos + MARGIN.toNanos());
            aborted.add(call);
        }
        return overdue;
    }

    /** Returns the aborted calls that will not report any more, and forgets them. */
    List<LaunchedCall> takeLost(long nowNanos) {
        return take(aborted, nowNanos);
    }

    private static List<LaunchedCall> take(Queue<LaunchedCall> calls, long nowNanos) {
        var taken = new ArrayList<LaunchedCall>();
        for (LaunchedCall call = calls.peek();
                call != null && call.overdueNanos() - nowNanos <= 0;
                call = calls.peek()) {
            calls.remove();
            if (!call.hasEnded()) {
                taken.add(call);
            }
        }
        return taken;
    }
}
