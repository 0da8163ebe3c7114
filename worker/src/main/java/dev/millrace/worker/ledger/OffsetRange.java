package dev.millrace.worker.ledger;

/**
 * A range of offsets.
 *
 * @param from the first offset
 * @param to the offset after the last one; not below {@code from}
 */
public record OffsetRange(long from, long to) {
    /** A range without offsets. */
    public static final OffsetRange NONE = new OffsetRange(0, 0);

    /** Returns true if the offset is in the range. */
    public boolean contains(long offset) {
        return from <= offset && offset < to;
    }

    /** Returns the number of offsets in the range that are not below the given one. */
    public long countFrom(long offset) {
        return Math.max(0, to - Math.max(from, offset));
    }
}
