package dev.millrace.standalone.status;

import dev.millrace.standalone.client.RecordCount;

/**
 * The unfinished jobs of a partition or topic.
 *
 * @param count jobs without a call in flight
 * @param running jobs whose call is possibly in flight
 */
public record Backlog(RecordCount count, long running) {
    static final Backlog NONE = new Backlog(0, 0);

    /** Creates a backlog whose waiting jobs are counted exactly. */
    Backlog(long waiting, long running) {
        this(new RecordCount(waiting, false), running);
    }

    long waiting() {
        return count.records();
    }

    /** Returns a backlog with the given further jobs without a call in flight. */
    Backlog plusWaiting(RecordCount jobs) {
        return new Backlog(count.plus(jobs), running);
    }

    Backlog plus(Backlog other) {
        return new Backlog(count.plus(other.count), running + other.running);
    }
}
