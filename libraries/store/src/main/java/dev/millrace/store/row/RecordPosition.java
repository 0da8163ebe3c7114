package dev.millrace.store.row;

import java.time.Instant;

/**
 * The position and timestamp of a record.
 *
 * @param recordedAt the record's timestamp, with millisecond precision
 */
public record RecordPosition(PartitionId partition, long offset, Instant recordedAt) {}
