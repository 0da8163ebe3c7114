package dev.millrace.sink.database;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What differs between the databases; the SQL itself does not. */
public interface Dialect {

    /** A connection for the one writer, which must {@link #begin} its transactions. */
    Connection openWriter() throws SQLException;

    /**
     * A connection that can only read, beside a writer at work. It may be in transactions: end each
     * after reading.
     */
    Connection openReader() throws SQLException;

    /** Begins a transaction that will write. */
    void begin(Connection writer) throws SQLException;

    void commit(Connection writer) throws SQLException;

    void rollback(Connection writer) throws SQLException;

    /** The words that stand for placeholders of the migrations. */
    Map<String, String> types();

    /** Keeps other processes from migrating until the transaction ends. */
    void lockForMigration(Connection connection) throws SQLException;

    boolean hasTable(Connection connection, String table) throws SQLException;

    void bindMoney(PreparedStatement statement, int index, @Nullable BigDecimal amount)
            throws SQLException;

    void bindInstant(PreparedStatement statement, int index, Instant instant) throws SQLException;

    /** A column that {@link #bindInstant} has written. */
    Instant instant(ResultSet rows, int column) throws SQLException;

    /** What an exception of this database's driver means. */
    FailureKind kindOf(SQLException e);
}
