package dev.millrace.sink.row;

/**
 * How far a turn moves one partition: forward, or back to its beginning when it must be read again.
 *
 * @param from the offset that the database must hold now
 * @param to the offset of the next record to read
 */
public record Move(Partition partition, long from, long to) {}
