package dev.millrace.router.step;

import dev.millrace.router.flow.Backlog;

/**
 * Decides when a task asks for a commit: with each tick that follows work, as long as its stream
 * thread keeps up. With a backlog it leaves commits to the longer interval of Streams: a
 * transaction costs about as much for one job as for a thousand, and a job that has waited long can
 * wait a little more. Belongs to the task's thread.
 */
final class CommitPace {
    /**
     * With more records than this waiting, the thread has a backlog. Kept low: while commits are
     * slow, Streams processes as little as one record per commit, so the backlog grows to this
     * bound and stays there, and every record waits behind that many others.
     */
    static final long BACKLOG_RECORDS = 10;

    private final Backlog backlog;
    private boolean hasWork;

    CommitPace(Backlog backlog) {
        this.backlog = backlog;
    }

    /** Notes that a record has changed something. */
    void onWork() {
        hasWork = true;
    }

    /** Asks for a commit if one is due. */
    void onTick(Runnable commit) {
        if (hasWork && backlog.records() <= BACKLOG_RECORDS) {
            hasWork = false;
            commit.run();
        }
    }
}
