package dev.millrace.standalone.client;

/**
 * A number of records.
 *
 * @param records the number; never too low
 * @param isExact false if offsets were counted, which include the markers of transactions and
 *     aborted records
 */
public record RecordCount(long records, boolean isExact) {
    public static final RecordCount NONE = new RecordCount(0, true);

    /** Returns the number of offsets, which is exact only if it is 0. */
    public static RecordCount ofOffsets(long offsets) {
        return new RecordCount(offsets, offsets == 0);
    }

    /** Returns the sum of both numbers. */
    public RecordCount plus(RecordCount other) {
        return new RecordCount(records + other.records, isExact && other.isExact);
    }
}
