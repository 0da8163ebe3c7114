package dev.millrace.router.message;

import dev.millrace.router.message.RoutingMessage.Origin;

/** Counts the records that wait for each stream thread. Steps call it from their own thread. */
public interface ThreadBacklog {
    /** Records that the calling thread processes a record. */
    void onRecord(Origin record);

    /**
     * Returns the known number of records, fetched or not, that wait in all partitions of the
     * calling stream thread. The number counts offsets, so it may include transaction markers.
     */
    long records();

    /**
     * Returns the number of requests and lookups that the calling stream thread has polled but not
     * processed.
     */
    long polledUrgent();

    /**
     * Returns true once the calling stream thread has had as much time for records as its last
     * commit took. More commits would leave it less than half of its time.
     */
    boolean hasTimeToCommit();

    /** Returns true once the commit interval has passed, too. */
    boolean isCommitDue();
}
