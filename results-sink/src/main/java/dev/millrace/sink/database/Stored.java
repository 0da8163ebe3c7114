package dev.millrace.sink.database;

import dev.millrace.sink.row.Row;
import java.util.List;

/** What came of storing a turn. */
public sealed interface Stored {

    /**
     * Rows and offsets are in the database.
     *
     * @param rows as they were stored: a row that the database refused is an unreadable one
     */
    record Done(List<Row> rows) implements Stored {}

    /**
     * Nothing was stored: somebody else has moved the offsets. Whoever is told so must stop.
     *
     * @param detail which one, for a person
     */
    record Stale(String detail) implements Stored {}

    /** Nothing was stored, or nobody knows; the same turn may be given again. */
    record Failed(DatabaseException reason) implements Stored {}
}
