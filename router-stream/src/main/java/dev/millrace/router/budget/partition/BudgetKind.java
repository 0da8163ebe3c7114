package dev.millrace.router.budget.partition;

import dev.millrace.router.entry.EntryKind;

/**
 * The kinds of entries that only budgets have. They are upper-case letters; lower-case letters are
 * the kinds of split jobs. The bytes are stored, so they must never change.
 */
enum BudgetKind implements EntryKind {
    /** The partition's lease of an account. */
    LEASE('S'),
    /** The money that is reserved for a job. */
    RESERVATION('R'),
    /** A queue of parked jobs, without the jobs. */
    QUEUE('Q');

    private final byte code;

    BudgetKind(char code) {
        this.code = (byte) code;
    }

    @Override
    public byte code() {
        return code;
    }
}
