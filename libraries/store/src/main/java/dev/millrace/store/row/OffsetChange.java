package dev.millrace.store.row;

/**
 * A change of the stored offset of one partition: forward, or back to the first record if the
 * partition must be read again.
 *
 * @param from the currently stored offset, which is verified
 * @param to the offset of the next record to read
 */
public record OffsetChange(PartitionId partition, long from, long to) {}
