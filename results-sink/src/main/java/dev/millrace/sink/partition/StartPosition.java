package dev.millrace.sink.partition;

import org.jspecify.annotations.Nullable;

/**
 * The position at which reading a partition starts, derived from the stored offset and the broker's
 * offsets.
 */
sealed interface StartPosition {

    /** Starts at the stored offset. */
    record Resume(long offset) implements StartPosition {}

    /** Starts at the first available record, because the database does not know the partition. */
    record FirstRecord(long offset) implements StartPosition {}

    /**
     * Starts at the first available record, because the log ends before the stored offset. The
     * broker lost the end of its log and has possibly assigned the lost offsets to other records.
     */
    record Reread(long stored, long offset) implements StartPosition {}

    /**
     * Does not start, because records were deleted before they were stored. An operator must
     * decide.
     */
    record RecordsLost(long stored, long first) implements StartPosition {}

    /**
     * Returns the start position.
     *
     * @param stored the next offset in the database; null if the database does not know the
     *     partition
     * @param first the offset of the first available record, or of the next one in an empty log
     * @param end the offset after the last committed record
     */
    static StartPosition of(@Nullable Long stored, long first, long end) {
        if (stored == null) {
            return new FirstRecord(first);
        }
        if (stored < first) {
            return new RecordsLost(stored, first);
        }
        return stored > end ? new Reread(stored, first) : new Resume(stored);
    }
}
