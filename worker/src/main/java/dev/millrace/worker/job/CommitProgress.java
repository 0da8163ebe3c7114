package dev.millrace.worker.job;

import dev.millrace.worker.ledger.Snapshot;
import org.jspecify.annotations.Nullable;

/** How far the ledger of one partition has been committed. Belongs to the loop's thread. */
public final class CommitProgress {
    /** Offset of the last transaction that was tried, or of an earlier owner; -1 for none. */
    private long triedTo = -1;

    /** The snapshot that is known to be committed; null for none. */
    private @Nullable Snapshot committed;

    private long finishedBelow = -1;

    CommitProgress() {}

    /**
     * The partition starts to take jobs.
     *
     * @param offset of the next record to poll
     * @param known the snapshot that is known to be committed; null for none
     */
    void onRestored(long offset, @Nullable Snapshot known) {
        triedTo = offset;
        committed = known;
    }

    /** A transaction that holds the snapshot is tried. */
    public void onTried(Snapshot snapshot) {
        triedTo = snapshot.offset();
    }

    /** The transaction that held the snapshot is written. */
    void onWritten(Snapshot snapshot) {
        committed = snapshot;
    }

    /** The records below the offset are no longer needed. */
    void onFinishedBelow(long offset) {
        finishedBelow = offset;
    }

    /**
     * Takes the offset below which every job is finished and committed; -1 when no transaction has
     * been written since the last take.
     */
    public long takeFinishedBelow() {
        long taken = finishedBelow;
        finishedBelow = -1;
        return taken;
    }

    /** Returns the offset of the last transaction that was tried, or of an earlier owner. */
    public long triedTo() {
        return triedTo;
    }

    /** Returns the snapshot that is known to be committed; null for none. */
    public @Nullable Snapshot committed() {
        return committed;
    }
}
