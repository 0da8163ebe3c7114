package dev.millrace.consumer;

/** Where a consumer starts in a partition that it has never read: one without a position. */
public enum FirstStart {
    /** At the first record that the topic still has. Reads every record at least once. */
    EARLIEST,

    /** After the last committed record. Skips everything that is in the topic now. */
    LATEST,

    /**
     * Nowhere: the consumer reports the partition with an exception. For programs that have started
     * before, in which a missing position means a lost one.
     */
    REFUSE
}
