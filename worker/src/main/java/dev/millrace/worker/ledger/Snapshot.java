package dev.millrace.worker.ledger;

/**
 * What is committed for a partition.
 *
 * @param offset the lowest offset whose job is not finished
 * @param metadata which offsets above are not finished either, up to where that is known, and the
 *     attempts of each; empty when no job above is known to be finished and none was begun
 */
public record Snapshot(long offset, String metadata) {}
