package dev.millrace.store.database;

import dev.millrace.store.rollup.RollupPeriod;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Implements the differences between the supported databases. All other SQL is shared. */
public interface Dialect {

    /** Opens a connection for a writer, which must {@link #begin} its transactions. */
    Connection openWriter() throws SQLException;

    /**
     * Opens a read-only connection for use concurrently with a writer. If auto-commit is off, end
     * the transaction after each read.
     */
    Connection openReader() throws SQLException;

    /** Begins a write transaction. */
    void begin(Connection writer) throws SQLException;

    void commit(Connection writer) throws SQLException;

    void rollback(Connection writer) throws SQLException;

    /** Makes the current transaction check deferred constraints with each statement. */
    void checkConstraintsImmediately(Connection writer) throws SQLException;

    /** Returns the column types that replace the placeholders in the migration scripts. */
    Map<String, String> types();

    /** Prevents other processes from migrating until the transaction ends. */
    void lockForMigration(Connection connection) throws SQLException;

    /** Removes the time limits of {@link #openWriter} until the transaction ends. */
    void liftTimeLimits(Connection connection) throws SQLException;

    /** Delays the current transaction until no transaction of {@link #lockForErasure} runs. */
    void lockForWriting(Connection writer) throws SQLException;

    /** Delays the current transaction until no other writer's transaction runs. */
    void lockForErasure(Connection writer) throws SQLException;

    /**
     * Returns an identity of the sink's tables that is unique among all databases, if several
     * writers can share the tables; otherwise empty. The tables must exist.
     */
    Optional<String> sharedTables(Connection connection) throws SQLException;

    boolean hasTable(Connection connection, String table) throws SQLException;

    void bindMoney(PreparedStatement statement, int index, @Nullable BigDecimal amount)
            throws SQLException;

    void bindInstant(PreparedStatement statement, int index, Instant instant) throws SQLException;

    /**
     * Returns true if a batch of inserts reports for each row whether it was inserted. Otherwise
     * {@code RETURNING} is used, which is slow in SQLite.
     */
    boolean countsEachInsert();

    /** Returns the time that the database stores for the given one. */
    Instant storable(Instant instant);

    /** Returns the SQL expression for the exact sum of two amounts of money. */
    String moneySum(String left, String right);

    /** Reads a column written by {@link #bindInstant}. */
    Instant instant(ResultSet rows, int column) throws SQLException;

    /**
     * Returns the SQL expression for the exact sum of a column of money over a group of rows, on a
     * connection for reading; null without rows.
     */
    String moneyTotal(String column);

    /**
     * Returns the SQL expression for the UTC day, hour or minute of a timestamp column, such as
     * 2026-11-20 or 2026-11-20T06:00:00Z.
     */
    String periodOf(String column, RollupPeriod period);

    /** Classifies an exception of this database's driver. */
    FailureKind kindOf(SQLException e);
}
