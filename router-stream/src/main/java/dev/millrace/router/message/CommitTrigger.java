package dev.millrace.router.message;

import java.time.Duration;

/**
 * Requests the commits of a task: on each tick after work, as long as its stream thread has no
 * backlog. With a backlog, commits follow the longer commit interval. A transaction costs about as
 * much for one job as for a thousand, and a job in a backlog can wait a little longer.
 *
 * <p>While the cluster is slow, commits can take longer than the interval. With a backlog, records
 * get as much time as commits, else the thread would do little but commit. Belongs to the task's
 * thread.
 */
public final class CommitTrigger {
    /** Time between two ticks: the commit interval of a task without a backlog. */
    public static final Duration TICK = Duration.ofMillis(10);

    /**
     * Largest number of waiting records that is not a backlog. The bound is low because Streams
     * processes as little as one record per commit while commits are slow. The backlog then stays
     * at this bound, and every record waits behind this number of other records.
     */
    public static final long BACKLOG_RECORDS = 10;

    private final ThreadBacklog backlog;
    private final Runnable commit;
    private boolean hasWork;
    private boolean hasUrgentWork;

    /**
     * @param commit requests a commit
     */
    public CommitTrigger(ThreadBacklog backlog, Runnable commit) {
        this.backlog = backlog;
        this.commit = commit;
    }

    /** Records that there is something to commit. */
    public void onWork() {
        hasWork = true;
        commitUrgentWork();
    }

    /**
     * Records that a caller waits for uncommitted work. Requests a commit once the requests and
     * lookups polled together with the caller's are processed: a commit for each would delay all of
     * them. Those that are not polled yet can wait for the next commit.
     */
    public void onUrgentWork() {
        hasUrgentWork = true;
        onWork();
    }

    private void commitUrgentWork() {
        if (hasUrgentWork
                && backlog.polledUrgent() == 0
                && (isIdle() || backlog.hasTimeToCommit())) {
            commit();
        }
    }

    private boolean isIdle() {
        return backlog.records() <= BACKLOG_RECORDS;
    }

    /** Requests a commit if one is due. */
    public void onTick() {
        commitUrgentWork();
        if (hasWork && (isIdle() || backlog.isCommitDue())) {
            commit();
        }
    }

    private void commit() {
        hasWork = false;
        hasUrgentWork = false;
        commit.run();
    }
}
