package dev.millrace.router.split.store;

import dev.millrace.router.entry.EntryKind;

/**
 * The kinds of entries of split jobs, besides those of {@code WaitingJobStore}. The bytes are
 * stored, so they must never change.
 */
enum SplitKind implements EntryKind {
    /** The progress of a split job. */
    PROGRESS('S'),
    /** A part that has been sent and has not ended, by its job id. */
    RUNNING('P'),
    /** How a part ended. */
    ENDED('E'),
    /** The answer to a part. */
    ANSWER('A'),
    /** An index of split jobs by the time of their arrival. */
    AGE('O'),
    /** The number of split jobs, and the next sequence. */
    TOTALS('T');

    private final byte code;

    SplitKind(char code) {
        this.code = (byte) code;
    }

    @Override
    public byte code() {
        return code;
    }
}
