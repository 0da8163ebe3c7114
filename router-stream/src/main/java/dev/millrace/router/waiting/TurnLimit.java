package dev.millrace.router.waiting;

import org.jspecify.annotations.Nullable;

/** The permitted work of one turn. Belongs to that turn. */
public final class TurnLimit {
    private static final long MAX_BYTES = 8L << 20;

    private int jobs;
    private long bytes;
    private final @Nullable TurnLimit whole;

    /**
     * @param jobs maximum number of jobs
     */
    public TurnLimit(int jobs) {
        this(jobs, MAX_BYTES, null);
    }

    private TurnLimit(int jobs, long bytes, @Nullable TurnLimit whole) {
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
    public TurnLimit share(int shares) {
        return new TurnLimit(Math.max(1, jobs / shares), Math.max(1, bytes / shares), this);
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
