package dev.millrace.standalone.report;

/**
 * What a report was read from.
 *
 * @param events cost events of any kind and job
 * @param unreadable passed over, besides
 * @param mayLackEarlier whether the reading began at the oldest event that a partition still has,
 *     after others have been deleted
 */
public record Extent(long events, long unreadable, boolean mayLackEarlier) {}
