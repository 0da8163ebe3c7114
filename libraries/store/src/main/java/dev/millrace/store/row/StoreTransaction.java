package dev.millrace.store.row;

import java.util.List;

/**
 * The content of one database transaction, which is stored as a whole or not at all.
 *
 * @param rows rows in reading order
 * @param offsetChanges one change for each partition with new records
 */
public record StoreTransaction(List<Row> rows, List<OffsetChange> offsetChanges) {
    public StoreTransaction {
        rows = List.copyOf(rows);
        offsetChanges = List.copyOf(offsetChanges);
    }
}
