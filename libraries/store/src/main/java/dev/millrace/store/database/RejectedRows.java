package dev.millrace.store.database;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.store.row.Row;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes rows of which the database rejects some. Finds each rejected row by bisection, and writes
 * it to the table of unreadable records with its bytes and the database's reason. Works within the
 * current transaction, with savepoints. Used by the sink's thread only.
 */
final class RejectedRows {
    private static final Logger LOG = LoggerFactory.getLogger(RejectedRows.class);

    /**
     * If the database rejects more rows than this and more than a tenth of all rows, the tables are
     * at fault, not the rows.
     */
    private static final int MIN_ALLOWED = 10;

    private static final int ALLOWED_DIVISOR = 10;

    private final Connection connection;
    private final Dialect dialect;
    private final RowTables tables;

    RejectedRows(Connection connection, Dialect dialect, RowTables tables) {
        this.connection = connection;
        this.dialect = dialect;
        this.tables = tables;
    }

    /** The transaction that the rows belong to. */
    interface Transaction {
        /** Begins the transaction again after the database has ended it. */
        void begin() throws SQLException;
    }

    /**
     * Writes the given rows and returns them as written.
     *
     * @throws SQLException if the database rejects too many rows or fails otherwise
     */
    List<Row> write(List<Row> rows, Transaction transaction) throws SQLException {
        dialect.checkConstraintsImmediately(connection);
        var written = new ArrayList<Row>(rows.size());
        int allowed = Math.max(MIN_ALLOWED, rows.size() / ALLOWED_DIVISOR);
        new Search(written, transaction, allowed).write(rows);
        return written;
    }

    /** A bisection over the rows of a transaction. */
    private final class Search {
        private final List<Row> written;
        private final Transaction transaction;
        private int allowedLeft;

        Search(List<Row> written, Transaction transaction, int allowed) {
            this.written = written;
            this.transaction = transaction;
            this.allowedLeft = allowed;
        }

        void write(List<Row> rows) throws SQLException {
            SQLException rejection = tryWrite(rows);
            if (rejection == null) {
                written.addAll(rows);
            } else if (rows.size() > 1) {
                int middle = rows.size() / 2;
                write(rows.subList(0, middle));
                write(rows.subList(middle, rows.size()));
            } else {
                storeAsUnreadable(rows.getFirst(), rejection);
            }
        }

        private void storeAsUnreadable(Row row, SQLException rejection) throws SQLException {
            if (allowedLeft-- == 0) {
                throw rejection;
            }
            Row.Unreadable substitute = unreadable(row, rejection, true);
            if (tryWrite(List.of(substitute)) != null) {
                substitute = unreadable(row, rejection, false);
                tables.write(List.of(substitute));
            }
            written.add(substitute);
            LOG.atError()
                    .addKeyValue("partition", row.position().partition())
                    .addKeyValue("offset", row.position().offset())
                    .log(
                            "the database rejected a row, which is stored as unreadable: {}",
                            substitute.problem());
        }

        /** Writes the rows. Returns the exception if the database rejects a row; otherwise null. */
        private @Nullable SQLException tryWrite(List<Row> rows) throws SQLException {
            execute("SAVEPOINT before_rows");
            try {
                tables.write(rows);
                execute("RELEASE SAVEPOINT before_rows");
                return null;
            } catch (SQLException e) {
                if (dialect.kindOf(e) != FailureKind.ROW_REJECTED) {
                    throw e;
                }
                undo(e);
                return e;
            }
        }

        /** Returns to the rows written so far, even if the rejection has ended the transaction. */
        private void undo(SQLException rejection) throws SQLException {
            try {
                execute("ROLLBACK TO SAVEPOINT before_rows");
                execute("RELEASE SAVEPOINT before_rows");
            } catch (SQLException e) {
                // A trigger's RAISE(ROLLBACK) in SQLite leaves neither savepoint nor transaction.
                rejection.addSuppressed(e);
                transaction.begin();
                tables.write(written);
            }
        }
    }

    private void execute(String command) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(command);
        }
    }

    private static Row.Unreadable unreadable(Row row, SQLException rejection, boolean withBytes) {
        byte[] value = value(row);
        String lost =
                withBytes || value == null
                        ? ""
                        : "; its value of %d bytes was rejected here too".formatted(value.length);
        return new Row.Unreadable(
                row.position(),
                "the database rejected the row: " + Database.detail(rejection) + lost,
                withBytes ? key(row) : null,
                withBytes ? value : null);
    }

    private static byte @Nullable [] key(Row row) {
        return switch (row) {
            case Row.Result it -> it.view().jobId().getBytes(UTF_8);
            case Row.Cost it -> it.event().jobId().value().getBytes(UTF_8);
            case Row.Letter it -> it.key();
            case Row.Manifest it -> it.manifest().key();
            case Row.Unreadable it -> it.key();
        };
    }

    private static byte @Nullable [] value(Row row) {
        return switch (row) {
            case Row.Result it -> it.value();
            case Row.Cost it -> CostEventCodec.toJson(it.event());
            case Row.Letter it -> it.value();
            case Row.Manifest it -> it.manifest().toJson();
            case Row.Unreadable it -> it.value();
        };
    }
}
