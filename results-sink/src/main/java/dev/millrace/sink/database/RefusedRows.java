package dev.millrace.sink.database;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.sink.row.Row;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes rows of which the database refuses some. Finds each refused row by halving, and writes it
 * into the table of unreadable records instead, with its bytes and the database's reason. All of it
 * happens within the current transaction, behind savepoints. Belongs to the sink's thread.
 */
final class RefusedRows {
    private static final Logger LOG = LoggerFactory.getLogger(RefusedRows.class);

    /** More refused rows than that, and more than this part of all: the tables are at fault. */
    private static final int MOST_REFUSED = 10;

    private static final int MOST_REFUSED_DIVISOR = 10;

    private final Connection connection;
    private final Dialect dialect;
    private final RowTables tables;

    RefusedRows(Connection connection, Dialect dialect, RowTables tables) {
        this.connection = connection;
        this.dialect = dialect;
        this.tables = tables;
    }

    /**
     * Writes the given rows, and returns them as they were written.
     *
     * @throws SQLException when the database refuses more than a tenth of the rows, or fails
     *     otherwise
     */
    List<Row> writeAround(List<Row> rows) throws SQLException {
        var written = new ArrayList<Row>(rows.size());
        var search =
                new Search(written, Math.max(MOST_REFUSED, rows.size() / MOST_REFUSED_DIVISOR));
        search.write(rows);
        return written;
    }

    /** One pass over the rows of a transaction. */
    private final class Search {
        private final List<Row> written;
        private int left;

        Search(List<Row> written, int mostRefused) {
            this.written = written;
            this.left = mostRefused;
        }

        void write(List<Row> rows) throws SQLException {
            SQLException refusal = tryWrite(rows);
            if (refusal == null) {
                written.addAll(rows);
            } else if (rows.size() > 1) {
                int middle = rows.size() / 2;
                write(rows.subList(0, middle));
                write(rows.subList(middle, rows.size()));
            } else {
                putAside(rows.getFirst(), refusal);
            }
        }

        private void putAside(Row row, SQLException refusal) throws SQLException {
            if (left-- == 0) {
                throw refusal;
            }
            Row.Unreadable substitute = unreadable(row, refusal, true);
            if (tryWrite(List.of(substitute)) != null) {
                substitute = unreadable(row, refusal, false);
                tables.write(List.of(substitute));
            }
            written.add(substitute);
            LOG.atError()
                    .addKeyValue("partition", row.place().partition())
                    .addKeyValue("offset", row.place().offset())
                    .log(
                            "the database refuses a row, which is put aside: {}",
                            substitute.problem());
        }
    }

    /** Returns null when the rows are written, else why the database refuses one of them. */
    private @Nullable SQLException tryWrite(List<Row> rows) throws SQLException {
        execute("SAVEPOINT before_rows");
        try {
            tables.write(rows);
            execute("RELEASE SAVEPOINT before_rows");
            return null;
        } catch (SQLException e) {
            if (dialect.kindOf(e) != FailureKind.ROW_REFUSED) {
                throw e;
            }
            execute("ROLLBACK TO SAVEPOINT before_rows");
            execute("RELEASE SAVEPOINT before_rows");
            return e;
        }
    }

    private void execute(String command) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(command);
        }
    }

    private static Row.Unreadable unreadable(Row row, SQLException refusal, boolean withBytes) {
        byte[] value = value(row);
        String lost =
                withBytes || value == null
                        ? ""
                        : "; its value of %d bytes was refused here too".formatted(value.length);
        return new Row.Unreadable(
                row.place(),
                "the database refused the row: " + Database.detail(refusal) + lost,
                withBytes ? key(row) : null,
                withBytes ? value : null);
    }

    private static byte @Nullable [] key(Row row) {
        return switch (row) {
            case Row.Result it -> it.view().jobId().getBytes(UTF_8);
            case Row.Cost it -> it.event().jobId().value().getBytes(UTF_8);
            case Row.Letter it -> it.key();
            case Row.Unreadable it -> it.key();
        };
    }

    private static byte @Nullable [] value(Row row) {
        return switch (row) {
            case Row.Result it -> it.value();
            case Row.Cost it -> CostEventCodec.toJson(it.event());
            case Row.Letter it -> it.value();
            case Row.Unreadable it -> it.value();
        };
    }
}
