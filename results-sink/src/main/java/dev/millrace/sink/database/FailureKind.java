package dev.millrace.sink.database;

/** What kind of trouble a database is in, and whether waiting can end it. */
public enum FailureKind {
    /** Somebody else holds a lock. */
    BUSY(true, "is locked by another process"),
    /** It cannot be reached now. */
    DOWN(true, "cannot be reached"),
    /** It ended a statement, a transaction or a session that took too long for its settings. */
    TIMED_OUT(true, "ended a transaction that took too long"),
    /** No space left for it. */
    FULL(true, "has no space left"),
    /** It may not be written now. */
    READ_ONLY(true, "is read-only"),
    /** Its disk fails, or has no space left. */
    IO(true, "cannot be read or written"),
    /** It is not there, or may not be opened. */
    UNOPENABLE(true, "cannot be opened"),
    /** It is damaged, no database at all, or of another version. */
    UNUSABLE(false, "cannot be used"),
    /** It refuses a value of one of the rows, and would do so again; other rows are well. */
    ROW_REFUSED(false, "refused a row"),
    /** It refused a statement: a fault of this program, or somebody changed its tables. */
    REFUSED(false, "refused a statement");

    private final boolean heals;
    private final String words;

    FailureKind(boolean heals, String words) {
        this.heals = heals;
        this.words = words;
    }

    /** Whether the same attempt may succeed later. */
    public boolean heals() {
        return heals;
    }

    /** Whether it is worth starting a service that waits for it to end. */
    public boolean passesByItself() {
        return this == BUSY || this == DOWN;
    }

    /** A phrase that follows the database's name. */
    String words() {
        return words;
    }
}
