package dev.millrace.worker.schedule;

/** The ready jobs of one tenant in a lane, and its turn. Belongs to the loop's thread. */
final class TenantQueue implements Comparable<TenantQueue> {
    final String tenant;
    final OldestFirstQueue jobs;

    /** Breaks ties between equal tags. */
    private final long number;

    /** Grows with each start; the tenant with the lowest tag of its lane is next. */
    long tag;

    /** The tag by which the queue is in the order of its lane. It is behind after a start. */
    private long orderedTag;

    /** True if the queue is in the order of its lane. */
    boolean isOrdered;

    /** True if {@link #save} has saved the turn. */
    boolean isSaved;

    /** The lane's virtual time when the tenant last started a job here, or got its first one. */
    long lastTurn;

    private long tagBefore;
    private long lastTurnBefore;

    TenantQueue(String tenant, ReadyCount count, long number) {
        this.tenant = tenant;
        this.number = number;
        jobs = new OldestFirstQueue(count);
    }

    void onOrdered() {
        isOrdered = true;
        orderedTag = tag;
    }

    /** Returns true if the tag has grown since the queue was ordered. */
    boolean isBehind() {
        return orderedTag != tag;
    }

    /** Saves the turn, so that {@link #reset} can undo later starts. */
    void save() {
        isSaved = true;
        tagBefore = tag;
        lastTurnBefore = lastTurn;
        jobs.mark();
    }

    /** Restores the turn saved by the last {@link #save}. */
    void reset() {
        tag = tagBefore;
        lastTurn = lastTurnBefore;
        jobs.reset();
    }

    @Override
    public int compareTo(TenantQueue other) {
        int byTag = Long.compare(orderedTag, other.orderedTag);
        return byTag == 0 ? Long.compare(number, other.number) : byTag;
    }
}
