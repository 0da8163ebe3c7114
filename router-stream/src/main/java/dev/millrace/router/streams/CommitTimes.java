package dev.millrace.router.streams;

import java.time.Duration;

/** Times the commits of one stream thread, to which it belongs. */
final class CommitTimes {
    private boolean isCommitting;
    private boolean hasCommitted;
    private long begunNanos;
    private long endedNanos;
    private long tookNanos;

    /** Notes the begin of a commit, or one of its further steps. */
    void onBegun(long nowNanos) {
        if (!isCommitting) {
            isCommitting = true;
            begunNanos = nowNanos;
        }
    }

    void onCommitted(long nowNanos) {
        isCommitting = false;
        hasCommitted = true;
        endedNanos = nowNanos;
        tookNanos = nowNanos - begunNanos;
    }

    void onAborted() {
        isCommitting = false;
    }

    /**
     * Returns true once records have had as much time since the last commit as it took, at least
     * the given time, and at most {@link RouterClientSupplier#LONGEST_TIME_FOR_RECORDS}.
     */
    boolean havePassed(Duration atLeast, long nowNanos) {
        long wanted = Math.max(tookNanos, atLeast.toNanos());
        long due = Math.min(wanted, RouterClientSupplier.LONGEST_TIME_FOR_RECORDS.toNanos());
        return !hasCommitted || nowNanos - endedNanos >= due;
    }
}
