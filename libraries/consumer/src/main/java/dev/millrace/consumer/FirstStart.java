package dev.millrace.consumer;

/**
 * The start of a consumer in a partition that it has never read: a partition without a position.
 */
public enum FirstStart {
    /** At the first record that the topic still has. Reads every record at least once. */
    EARLIEST,

    /** After the last committed record. Skips everything that is in the topic now. */
    LATEST,

    /**
     * Nowhere: the consumer reports the partition with an exception. For programs that have started
     * before, where a missing position is a lost one.
     */
    REFUSE
}
