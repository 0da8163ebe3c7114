package dev.millrace.store.database;

import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Binds the values of successive rows to a statement, in column order. */
final class Binder {
    private static final char REPLACEMENT = '\uFFFD';

    private final PreparedStatement statement;
    private final Dialect dialect;
    private int index;

    Binder(PreparedStatement statement, Dialect dialect) {
        this.statement = statement;
        this.dialect = dialect;
    }

    /** Returns a statement that inserts the given number of rows. */
    static String insert(String table, List<String> columns, int rows) {
        String row = "(" + String.join(", ", Collections.nCopies(columns.size(), "?")) + ")";
        return "INSERT INTO "
                + table
                + " ("
                + String.join(", ", columns)
                + ") VALUES "
                + String.join(", ", Collections.nCopies(rows, row));
    }

    Binder text(@Nullable String value) throws SQLException {
        statement.setString(++index, value == null ? null : storable(value));
        return this;
    }

    Binder number(int value) throws SQLException {
        statement.setInt(++index, value);
        return this;
    }

    Binder number(long value) throws SQLException {
        statement.setLong(++index, value);
        return this;
    }

    Binder numberOrNull(@Nullable Long value) throws SQLException {
        index++;
        if (value == null) {
            statement.setNull(index, Types.BIGINT);
        } else {
            statement.setLong(index, value);
        }
        return this;
    }

    Binder numberOrNull(@Nullable Integer value) throws SQLException {
        index++;
        if (value == null) {
            statement.setNull(index, Types.INTEGER);
        } else {
            statement.setInt(index, value);
        }
        return this;
    }

    Binder flag(boolean value) throws SQLException {
        statement.setBoolean(++index, value);
        return this;
    }

    Binder money(@Nullable BigDecimal value) throws SQLException {
        dialect.bindMoney(statement, ++index, value);
        return this;
    }

    Binder instant(Instant value) throws SQLException {
        dialect.bindInstant(statement, ++index, value);
        return this;
    }

    Binder bytes(byte @Nullable [] value) throws SQLException {
        statement.setBytes(++index, value);
        return this;
    }

    /** Adds the row to the batch and starts the next one. */
    void add() throws SQLException {
        statement.addBatch();
        index = 0;
    }

    /**
     * Replaces NUL, which PostgreSQL text cannot contain, and lone surrogates, which UTF-8 cannot
     * encode.
     */
    static String storable(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0 || Character.isSurrogate(c)) {
                return withReplacements(text);
            }
        }
        return text;
    }

    private static String withReplacements(String text) {
        var clean = new StringBuilder(text.length());
        text.codePoints()
                .map(c -> c == 0 || Character.getType(c) == Character.SURROGATE ? REPLACEMENT : c)
                .forEach(clean::appendCodePoint);
        return clean.toString();
    }
}
