package dev.millrace.router.waiting;

import org.jspecify.annotations.Nullable;

/** The work that one turn may do. Belongs to that turn. */
public final class WorkLimit {
    /** Maximum number of bytes. */
    public static final int MAX_BYTES = 8 << 20;

    private int jobs;
    private long bytes;
    private final @Nullable WorkLimit whole;

    /**
     * @param jobs maximum number of jobs
     */
    public WorkLimit(int jobs) {
        this(jobs, MAX_BYTES, null);
    }

    private WorkLimit(int jobs, long bytes, @Nullable WorkLimit whole) {
        this.jobs = jobs;
        this.bytes = bytes;
        this.whole = whole;
    }

    /**
     * Returns an equal share of the work that is left, at least one job. Work on the share counts
     * for this limit, too.
     *
     * @param shares number of shares, 1 or more
     */
    public WorkLimit share(int shares) {
        return new WorkLimit(Math.max(1, jobs / shares), Math.max(1, bytes / shares), this);
    }

    /** Returns true if the turn must do no more. */
    public boolean isReached() {
        return jobs <= 0 || bytes <= 0;
    }

    /** Counts a job on which the turn works. */
    public void onVisit(int workBytes) {
        jobs--;
        bytes -= workBytes;
        if (whole != null) {
            whole.onVisit(workBytes);
        }
    }

    /** Counts further bytes of a job on which the turn works. */
    public void onBytes(int workBytes) {
        bytes -= workBytes;
        if (whole != null) {
            whole.onBytes(workBytes);
        }
    }
}
