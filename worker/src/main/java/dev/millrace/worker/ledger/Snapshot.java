package dev.millrace.worker.ledger;

/**
 * What is committed for a partition.
 *
 * @param offset the lowest offset whose job is not finished
 * @param metadata which offsets above are not finished either, and up to where that is known; empty
 *     when no offset above is known to be finished
 */
public record Snapshot(long offset, String metadata) {}
