package dev.millrace.router.waiting;

/** The work that one turn may do. Belongs to that turn. */
public final class TurnLimit {
    private static final long MAX_BYTES = 8L << 20;

    private int jobs;
    private long bytes = MAX_BYTES;

    /**
     * @param jobs maximum number of jobs
     */
    public TurnLimit(int jobs) {
        this.jobs = jobs;
    }

    /** Returns true if the turn must do no more. */
    public boolean isReached() {
        return jobs <= 0 || bytes <= 0;
    }

    /** Counts a job on which the turn works. */
    public void onVisit(int workBytes) {
        jobs--;
        bytes -= workBytes;
    }
}
