package dev.millrace.worker.job;

import dev.millrace.worker.ledger.OffsetRange;
import dev.millrace.worker.ledger.Snapshot;
import org.jspecify.annotations.Nullable;

/** The commit progress of one partition's ledger. Belongs to the loop's thread. */
public final class CommitProgress {
    /** Offset in the latest attempted transaction, or from an earlier owner; -1 for none. */
    private long attemptedTo = -1;

    /** The snapshot that is known to be committed; null for none. */
    private @Nullable Snapshot committed;

    /** Start of the transaction that wrote {@code committed}, if this worker wrote it. */
    private long begunNanos;

    /**
     * True if this worker wrote {@code committed}, and no later transaction may have replaced it.
     */
    private boolean isOwn;

    private long finishedBelow = -1;
    private boolean hasWritten;

    CommitProgress() {}

    /**
     * Records where the partition starts to take jobs.
     *
     * @param offset of the next record to poll
     * @param known the snapshot that is known to be committed; null for none
     */
    void onRestored(long offset, @Nullable Snapshot known) {
        attemptedTo = offset;
        committed = known;
        isOwn = false;
    }

    /** Records that a transaction with the snapshot is attempted. */
    public void onAttempted(Snapshot snapshot) {
        attemptedTo = snapshot.offset();
    }

    /** Records that it is unknown whether the transaction with the latest snapshot is written. */
    public void onInDoubt() {
        isOwn = false;
    }

    /**
     * Records that the transaction with the snapshot is written.
     *
     * @param begun start of the transaction
     */
    void onWritten(Snapshot snapshot, long begun) {
        committed = snapshot;
        begunNanos = begun;
        isOwn = true;
        hasWritten = true;
    }

    /** Records that the records below the offset are no longer needed. */
    void onFinishedBelow(long offset) {
        finishedBelow = offset;
    }

    /**
     * Takes the offset below which every job is finished and committed; -1 without a written
     * transaction since the last take.
     */
    public long takeFinishedBelow() {
        long taken = finishedBelow;
        finishedBelow = -1;
        return taken;
    }

    /** Returns true when a transaction has been written since the last call. */
    public boolean takeWritten() {
        boolean taken = hasWritten;
        hasWritten = false;
        return taken;
    }

    /**
     * Returns the offset in the latest attempted transaction, or from an earlier owner; -1 for
     * none.
     */
    public long attemptedTo() {
        return attemptedTo;
    }

    /** Returns the snapshot that is known to be committed; null for none. */
    public @Nullable Snapshot committed() {
        return committed;
    }

    /** Returns the offsets with a standing intent, including those of an earlier owner. */
    public OffsetRange standingIntents() {
        return committed == null ? OffsetRange.NONE : committed.standing();
    }

    /**
     * Returns the offsets whose first calls this worker may start without another intent until the
     * {@linkplain #begunNanos send window} is over.
     */
    public OffsetRange usableIntents() {
        return isOwn ? standingIntents() : OffsetRange.NONE;
    }

    /** Returns the latest timestamp of a record with a {@link #usableIntents}, in milliseconds. */
    public long usableUntil() {
        return committed == null ? 0 : committed.standingUntil();
    }

    /** Returns the start of the transaction whose intents are {@link #usableIntents}. */
    public long begunNanos() {
        return begunNanos;
    }
}
