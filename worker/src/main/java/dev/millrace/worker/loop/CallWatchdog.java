package dev.millrace.worker.loop;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds calls that end without a report, as happens when memory runs out on a call's thread.
 * Without it, the slot of such a call would never be free again and its offset never be committed.
 * Belongs to the loop's thread.
 *
 * <pre>
 *   RUNNING ──total timeout + margin──► ABORTED ──margin──► lost
 *      └──────────── report ─────────────┴──► forgotten
 * </pre>
 *
 * <p>The second margin starts when the loop sees the first one over. So a process that stood still
 * gives its calls the time to report.
 */
final class CallWatchdog {
    /** Time for what follows a timeout: closing the connection and reaching the loop. */
    static final Duration MARGIN = Duration.ofSeconds(30);

    /** A queue that is shorter is never swept. */
    private static final int LEAST_SWEPT = 256;

    private final Duration total;

    /**
     * Calls in the order of their deadlines; calls that have reported are left in until a sweep.
     */
    private final Deque<WatchedCall> running = new ArrayDeque<>();

    private final Deque<WatchedCall> aborted = new ArrayDeque<>();

    /** Length of {@code running} at which it is swept. */
    private int sweepAt = LEAST_SWEPT;

    /** A call under way. It drops its job with the report: the job holds the whole request. */
    static final class WatchedCall {
        private @Nullable Job job;
        private long overdueNanos;

        private WatchedCall(Job job, long overdueNanos) {
            this.job = job;
            this.overdueNanos = overdueNanos;
        }

        private boolean hasReported() {
            return job == null;
        }
    }

    /**
     * @param total longest duration of a call
     */
    CallWatchdog(Duration total) {
        this.total = total;
    }

    /** Returns how long a call may take before it is aborted. */
    Duration longest() {
        return total.plus(MARGIN);
    }

    void onStarted(Job job, long nowNanos) {
        if (running.size() >= sweepAt) {
            running.removeIf(WatchedCall::hasReported);
            // The next sweep comes after as many calls as are left now: constant time per call.
            sweepAt = Math.max(LEAST_SWEPT, 2 * running.size());
        }
        job.watched = new WatchedCall(job, nowNanos + longest().toNanos());
        running.add(job.watched);
    }

    void onReport(Job job) {
        if (job.watched != null) {
            job.watched.job = null;
            job.watched = null;
        }
    }

    /** Returns the calls to abort now, whose time is over. */
    List<Job> takeOverdue(long nowNanos) {
        var overdue = new ArrayList<Job>();
        for (WatchedCall call : take(running, nowNanos)) {
            if (call.job != null) {
                overdue.add(call.job);
                call.overdueNanos = nowNanos + MARGIN.toNanos();
                aborted.add(call);
            }
        }
        return overdue;
    }

    /** Returns the aborted calls that will not report any more, and forgets them. */
    List<Job> takeLost(long nowNanos) {
        var lost = new ArrayList<Job>();
        for (WatchedCall call : take(aborted, nowNanos)) {
            if (call.job != null) {
                lost.add(call.job);
            }
        }
        return lost;
    }

    private static List<WatchedCall> take(Deque<WatchedCall> calls, long nowNanos) {
        var taken = new ArrayList<WatchedCall>();
        for (WatchedCall call = calls.peek();
                call != null && call.overdueNanos - nowNanos <= 0;
                call = calls.peek()) {
            taken.add(calls.remove());
        }
        return taken;
    }
}
