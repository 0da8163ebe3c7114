package dev.millrace.router.flow;

import dev.millrace.router.flow.Flow.Origin;

/**
 * Knows how many records wait for each stream thread. All methods are for the steps of a thread.
 */
public interface Backlog {
    /** Notes that a record is being processed. */
    void onRecord(Origin record);

    /**
     * Returns how many records of all its partitions wait for the calling stream thread, fetched or
     * not, as far as it is known. Offsets are counted, so that markers of transactions between two
     * records may be among them.
     */
    long records();
}
