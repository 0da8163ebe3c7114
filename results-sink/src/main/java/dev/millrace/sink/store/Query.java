package dev.millrace.sink.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;

/**
 * A statement with its parameters, whose rows are processed one by one.
 *
 * @param fetchRows number of rows that PostgreSQL's driver holds in memory
 */
record Query(String sql, List<Object> parameters, int fetchRows) {
    private static final int SMALL_ROWS = 1_000;
    private static final int ROWS_WITH_VALUES = 8;

    /** Creates a query for rows without large values. */
    static Query of(String sql, Object... parameters) {
        return new Query(sql, List.of(parameters), SMALL_ROWS);
    }

    /** Returns this query with a fetch size for large values. */
    Query withValues() {
        return new Query(sql, parameters, ROWS_WITH_VALUES);
    }

    interface EachRow {
        void row(ResultSet row) throws SQLException;
    }

    void run(Connection connection, EachRow each) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setFetchSize(fetchRows);
            for (int i = 0; i < parameters.size(); i++) {
                statement.setObject(i + 1, parameters.get(i));
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    each.row(rows);
                }
            }
        } finally {
            // PostgreSQL streams rows only within a transaction, which must not stay open.
            if (!connection.getAutoCommit()) {
                connection.rollback();
            }
        }
    }

    /** Returns the given number of placeholders, such as {@code ?, ?, ?}. */
    static String placeholders(int count) {
        return String.join(", ", Collections.nCopies(count, "?"));
    }
}
