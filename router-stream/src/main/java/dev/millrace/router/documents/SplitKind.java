package dev.millrace.router.documents;

import dev.millrace.router.entry.EntryKind;

/**
 * The kinds of entries of split jobs. They are lower-case letters, because split jobs share a store
 * with budgets, whose kinds are upper-case letters. The bytes are stored, so they must never
 * change.
 */
enum SplitKind implements EntryKind {
    PROGRESS('s'),
    /** A part that has been sent and has not ended, by its job id. */
    RUNNING('p'),
    /** The end of a part. */
    ENDED('e'),
    /** The answer to a part. */
    ANSWER('a'),
    /** An index of split jobs by the time of their arrival. */
    AGE('o'),
    /** The number of split jobs, and the next sequence. */
    TOTALS('t'),
    RECORD('w'),
    /** A split job by its deadline. */
    DEADLINE('d');

    private final byte code;

    SplitKind(char code) {
        this.code = (byte) code;
    }

    @Override
    public byte code() {
        return code;
    }
}
