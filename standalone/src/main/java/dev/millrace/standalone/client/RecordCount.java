package dev.millrace.standalone.client;

/**
 * A number of records.
 *
 * @param records the number; never too low
 * @param isEstimate true if offsets were counted, which include the markers of transactions and
 *     aborted records
 */
public record RecordCount(long records, boolean isEstimate) {
    public static final RecordCount NONE = new RecordCount(0, false);

    /** Returns the number of offsets, which is an estimate unless it is 0. */
    public static RecordCount ofOffsets(long offsets) {
        return new RecordCount(offsets, offsets != 0);
    }

    /** Returns the sum of both numbers. */
    public RecordCount plus(RecordCount other) {
        return new RecordCount(records + other.records, isEstimate || other.isEstimate);
    }
}
