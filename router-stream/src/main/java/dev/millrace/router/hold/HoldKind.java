package dev.millrace.router.hold;

import dev.millrace.router.entry.EntryKind;

/**
 * The kinds of entries of held jobs. They share a store with budgets, whose kinds are upper-case
 * letters, and split jobs, whose kinds are lower-case letters. The bytes are stored, so they must
 * never change.
 */
enum HoldKind implements EntryKind {
    RECORD('1'),
    /** A waiting job by its deadline. */
    DEADLINE('3'),
    /** The number of waiting jobs, and the next position. */
    TOTALS('5');

    private final byte code;

    HoldKind(char code) {
        this.code = (byte) code;
    }

    @Override
    public byte code() {
        return code;
    }
}
