package dev.millrace.sink.row;

import java.time.Instant;

/**
 * Where a record stood.
 *
 * @param recordedAt the record's timestamp, in milliseconds: when its writer wrote it
 */
public record Place(Partition partition, long offset, Instant recordedAt) {}
