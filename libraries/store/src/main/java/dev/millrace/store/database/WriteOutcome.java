package dev.millrace.store.database;

import dev.millrace.store.row.Row;
import java.util.List;

/** The outcome of writing a transaction. */
public sealed interface WriteOutcome {

    /**
     * Rows and offsets are stored.
     *
     * @param rows rows as stored; a row that the database rejected is an unreadable one
     */
    record Done(List<Row> rows) implements WriteOutcome {}

    /**
     * Nothing was stored, because another writer has changed the offsets. The sink must stop.
     *
     * @param detail human-readable description
     */
    record Stale(String detail) implements WriteOutcome {}

    /** Nothing was stored, or the outcome is unknown. The transaction can be retried. */
    record Failed(DatabaseException reason) implements WriteOutcome {}
}
