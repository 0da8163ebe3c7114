package dev.millrace.standalone.run.journal;

import dev.millrace.standalone.console.UserError;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Runs statements, and turns an {@link SQLException} into a message for the user. */
final class JournalSql {
    private JournalSql() {}

    interface Work<T extends @Nullable Object> {
        T run() throws SQLException;
    }

    /** Reads the present row. */
    interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    static <T extends @Nullable Object> T call(Work<T> work) {
        try {
            return work.run();
        } catch (SQLException e) {
            throw UserError.failure("The journal of runs cannot be used: " + e.getMessage(), e);
        }
    }

    /** Executes a statement that returns no rows; returns the number of changed rows. */
    static int execute(Connection connection, String sql, Object... parameters)
            throws SQLException {
        try (var statement = prepare(connection, sql, parameters)) {
            return statement.executeUpdate();
        }
    }

    /** Returns the first row of a query; empty if it has none. */
    static <T> Optional<T> first(
            Connection connection, String sql, Row<T> reader, Object... parameters)
            throws SQLException {
        try (var select = prepare(connection, sql, parameters);
                var rows = select.executeQuery()) {
            return rows.next() ? Optional.of(reader.read(rows)) : Optional.empty();
        }
    }

    static PreparedStatement prepare(Connection connection, String sql, Object... parameters)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < parameters.length; i++) {
            statement.setObject(i + 1, parameters[i]);
        }
        return statement;
    }
}
