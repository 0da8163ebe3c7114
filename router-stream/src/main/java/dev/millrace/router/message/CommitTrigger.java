package dev.millrace.router.message;

/**
 * Requests the commits of a task: on each tick after work, as long as its stream thread has no
 * backlog. With a backlog, commits follow the longer interval of Streams: a transaction costs about
 * as much for one job as for a thousand, and a job in a backlog can wait a little longer. Belongs
 * to the task's thread.
 */
public final class CommitTrigger {
    /**
     * A thread has a backlog if more records than this wait. The bound is low because Streams may
     * process as little as one record per commit while commits are slow. The backlog then stays at
     * this bound, and every record waits behind that many others.
     */
    public static final long BACKLOG_RECORDS = 10;

    private final ThreadBacklog backlog;
    private boolean hasWork;

    public CommitTrigger(ThreadBacklog backlog) {
        this.backlog = backlog;
    }

    /** Records that there is something to commit. */
    public void onWork() {
        hasWork = true;
    }

    /**
     * Records that a caller waits for what there is to commit. Requests the commit at once if
     * nothing else waits: with more work, a commit for each record would delay all of it.
     */
    public void onUrgentWork(Runnable commit) {
        if (backlog.records() == 0) {
            hasWork = false;
            commit.run();
        } else {
            hasWork = true;
        }
    }

    /** Requests a commit if one is due. */
    public void onTick(Runnable commit) {
        if (hasWork && backlog.records() <= BACKLOG_RECORDS) {
            hasWork = false;
            commit.run();
        }
    }
}
