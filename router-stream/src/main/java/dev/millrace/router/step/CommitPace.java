package dev.millrace.router.step;

/**
 * Says when a task asks for a commit: with each tick, as long as it keeps up with its topic. With a
 * backlog it leaves commits to the longer interval of Streams: a transaction costs about the same
 * for one job as for a thousand, and a job that has waited long can wait a little more. Belongs to
 * the task's thread.
 */
final class CommitPace {
    /** A record that is older than this when its turn comes is part of a backlog. */
    static final long BACKLOG_MILLIS = 200;

    private boolean hasWork;
    private boolean isBehind;

    /**
     * A record is worked on.
     *
     * @param submittedMillis its time, like {@code nowMillis} since the epoch
     */
    void onRecord(long submittedMillis, long nowMillis) {
        hasWork = true;
        isBehind = nowMillis - submittedMillis > BACKLOG_MILLIS;
    }

    /** Whether what was done is to be committed now. */
    boolean onTick() {
        boolean due = hasWork && !isBehind;
        hasWork &= !due;
        // Without another record until the next tick, the backlog has come to its end.
        isBehind = false;
        return due;
    }
}
