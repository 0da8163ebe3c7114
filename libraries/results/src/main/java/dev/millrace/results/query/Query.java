package dev.millrace.results.query;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;

/**
 * A statement with its parameters, whose rows are processed one by one.
 *
 * @param parameters strings, numbers and instants
 * @param fetchRows number of rows that PostgreSQL's driver holds in memory
 */
public record Query(String sql, List<Object> parameters, int fetchRows) {
    private static final int SMALL_ROWS = 1_000;
    private static final int ROWS_WITH_VALUES = 8;

    /** Creates a query for rows without large values. */
    public static Query of(String sql, Object... parameters) {
        return new Query(sql, List.of(parameters), SMALL_ROWS);
    }

    /** Returns this query with a fetch size for large values. */
    public Query withValues() {
        return new Query(sql, parameters, ROWS_WITH_VALUES);
    }

    /** Receives rows. */
    public interface EachRow {
        void row(ResultSet row) throws SQLException;
    }

    /** Reads the value of a row. */
    public interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** Returns the given number of placeholders, such as {@code ?, ?, ?}. */
    public static String placeholders(int count) {
        return String.join(", ", Collections.nCopies(count, "?"));
    }
}
