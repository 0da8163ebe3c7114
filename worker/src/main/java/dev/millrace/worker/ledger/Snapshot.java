package dev.millrace.worker.ledger;

/**
 * The committed state of a partition.
 *
 * @param offset the lowest offset whose job is not finished
 * @param metadata the other unfinished offsets up to the frontier, and the attempts of each; empty
 *     if no job above the offset is known to be finished and no attempt was started
 */
public record Snapshot(long offset, String metadata) {}
