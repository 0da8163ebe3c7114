package dev.millrace.sink;

import org.jspecify.annotations.Nullable;

/** Where reading a partition starts, decided from what the database and the broker say. */
sealed interface Start {

    /** Where the database says. */
    record GoOn(long offset) implements Start {}

    /** At the first record there is: the database has never seen this partition. */
    record First(long offset) implements Start {}

    /**
     * At the first record there is: the log ends before what was stored, so the broker has lost its
     * end, and what stands at the lost offsets by now is something else.
     */
    record Again(long stored, long offset) implements Start {}

    /** Nowhere: records were deleted before they were stored. Somebody must decide. */
    record Lost(long stored, long first) implements Start {}

    /**
     * Decides.
     *
     * @param stored the next offset by the database; null when it does not know the partition
     * @param first the offset of the first record that the broker has, or would have
     * @param end the offset after the last committed record
     */
    static Start of(@Nullable Long stored, long first, long end) {
        if (stored == null) {
            return new First(first);
        }
        if (stored < first) {
            return new Lost(stored, first);
        }
        return stored > end ? new Again(stored, first) : new GoOn(stored);
    }
}
