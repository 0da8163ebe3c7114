package dev.millrace.worker.loop;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

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

    private final Duration total;

    /** Nanosecond times at which calls are overdue; each map is in the order of these times. */
    private final SequencedMap<Job, Long> running = new LinkedHashMap<>();

    private final SequencedMap<Job, Long> aborted = new LinkedHashMap<>();

    /**
     * @param total longest duration of a call
     */
    CallWatchdog(Duration total) {
        this.total = total;
    }

    /** Returns how long a call may take before it is broken off. */
    Duration longest() {
        return total.plus(MARGIN);
    }

    void onStarted(Job job, long nowNanos) {
        running.put(job, nowNanos + longest().toNanos());
    }

    void onReport(Job job) {
        if (running.remove(job) == null) {
            aborted.remove(job);
        }
    }

    /** Returns the calls that are to be aborted now, since their time is over. */
    List<Job> takeOverdue(long nowNanos) {
        List<Job> overdue = take(running, nowNanos);
        overdue.forEach(job -> aborted.put(job, nowNanos + MARGIN.toNanos()));
        return overdue;
    }

    /** Returns the aborted calls that will not report any more, and forgets them. */
    List<Job> takeLost(long nowNanos) {
        return take(aborted, nowNanos);
    }

    private static List<Job> take(SequencedMap<Job, Long> calls, long nowNanos) {
        var taken = new ArrayList<Job>();
        while (!calls.isEmpty() && calls.firstEntry().getValue() - nowNanos <= 0) {
            taken.add(calls.pollFirstEntry().getKey());
        }
        return taken;
    }
}
