package dev.millrace.sink.database;

/** What came of storing a turn. */
public sealed interface Stored {

    /** Rows and offsets are in the database. */
    record Done() implements Stored {}

    /**
     * Nothing was stored: somebody else has moved the offsets. Whoever is told so must stop.
     *
     * @param detail which one, for a person
     */
    record Stale(String detail) implements Stored {}

    /** Nothing was stored, or nobody knows; the same turn may be given again. */
    record Failed(DatabaseException reason) implements Stored {}
}
