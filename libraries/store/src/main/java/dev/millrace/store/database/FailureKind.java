package dev.millrace.store.database;

/** The kinds of database failures. Some of them are transient: waiting can resolve them. */
public enum FailureKind {
    /** Another process holds a lock. */
    BUSY(true, "is locked by another process"),
    /** The database is not reachable now. */
    DOWN(true, "cannot be reached"),
    /** The database ended a statement, transaction or session that exceeded its time limit. */
    TIMED_OUT(true, "ended a transaction that took too long"),
    /** The database has no space left. */
    FULL(true, "has no space left"),
    /** The database is currently read-only. */
    READ_ONLY(true, "is read-only"),
    /** The disk fails or is full. */
    IO(true, "cannot be read or written"),
    /** The database does not exist or must not be opened. */
    UNOPENABLE(true, "cannot be opened"),
    /** The database is damaged, is not a database, or has another version. */
    UNUSABLE(false, "cannot be used"),
    /**
     * The database rejects a value of a row, and would reject it again. Other rows are not
     * affected.
     */
    ROW_REJECTED(false, "rejected a row"),
    /** The database rejected a statement because of a bug in this program or changed tables. */
    STATEMENT_REJECTED(false, "rejected a statement");

    private final boolean isTransient;
    private final String words;

    FailureKind(boolean isTransient, String words) {
        this.isTransient = isTransient;
        this.words = words;
    }

    /** Returns true if the operation can succeed later. */
    public boolean isTransient() {
        return isTransient;
    }

    /** Returns true if a service may start despite this failure and wait for its end. */
    public boolean allowsStart() {
        return this == BUSY || this == DOWN || this == FULL || this == IO;
    }

    /** Returns a phrase that follows the name of the database in messages. */
    String words() {
        return words;
    }
}
