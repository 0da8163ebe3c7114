package dev.millrace.worker.ledger;

/**
 * The committed state of a partition.
 *
 * @param offset the lowest offset whose job is not finished
 * @param metadata the other unfinished offsets up to the frontier, the attempts of each, and the
 *     standing intents; empty if no job above the offset is known to be finished, no attempt was
 *     started, and no intent stands
 * @param standing offsets of the standing intents in the metadata: a reader of the metadata must
 *     assume that the first calls of jobs at these offsets are running
 * @param standingUntil latest timestamp of a record with a standing intent, in milliseconds
 */
public record Snapshot(long offset, String metadata, OffsetRange standing, long standingUntil) {
    /** Creates a snapshot without standing intents. */
    public Snapshot(long offset, String metadata) {
        this(offset, metadata, OffsetRange.NONE, Long.MAX_VALUE);
    }
}
