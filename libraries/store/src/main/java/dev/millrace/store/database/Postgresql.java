package dev.millrace.store.database;

import dev.millrace.store.rollup.RollupPeriod;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** PostgreSQL 13 or later. Parameters in the URL override the settings of this class. */
final class Postgresql implements Dialect {
    static final String PREFIX = "jdbc:postgresql:";

    private static final String CONNECT_SECONDS = "5";
    private static final String ANSWER_SECONDS = "30";

    /**
     * Longest wait of the server for a lock. Shorter than the driver's wait for an answer, after
     * which the server would still wait.
     */
    private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(20);

    /** Longest pause of a sink between two statements of a batch. */
    private static final Duration STALL_TIMEOUT = Duration.ofSeconds(10);

    /**
     * Sets time limits on the server. They end the transaction of a suspended sink, for whose locks
     * another sink waits, and statements whose sink no longer waits for an answer. Keeps existing
     * limits, and omits limits unknown to the server. The server checks connections from version
     * 14, not on every system, and limits transactions from version 17.
     */
    private static final String LIMIT_TIMES =
            "SELECT set_config(name, value, false) FROM (VALUES"
                    + " ('idle_in_transaction_session_timeout', '10s'),"
                    + " ('lock_timeout', ?),"
                    + " ('client_connection_check_interval', '5s'),"
                    + " ('transaction_timeout', '120s')) AS limits (name, value)"
                    + " JOIN pg_settings USING (name) WHERE setting = '0'"
                    + " AND (name <> 'client_connection_check_interval'"
                    + " OR version() LIKE '%linux%')";

    /** Removes the limits of {@link #LIMIT_TIMES} until the transaction ends. */
    private static final String LIFT_LIMITS =
            "SELECT set_config(name, '0', true) FROM pg_settings"
                    + " WHERE name IN ('lock_timeout', 'transaction_timeout')"
                    + " AND source = 'session'";

    /**
     * Ends the transactions of this user's sinks that wait for the next statement of a batch. Such
     * a transaction is not idle, so that {@code idle_in_transaction_session_timeout} does not end
     * it. If its sink still runs, the sink repeats the transaction.
     */
    private static final String END_STALLED_TRANSACTIONS =
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    + " WHERE datname = current_database() AND usename = current_user"
                    + " AND application_name = 'millrace-sink' AND pid <> pg_backend_pid()"
                    + " AND backend_xid IS NOT NULL"
                    + " AND state = 'active' AND wait_event = 'ClientRead'"
                    + " AND state_change < clock_timestamp() - CAST(? AS INTERVAL)";

    /**
     * An arbitrary lock id, "millrace" in ASCII, unlikely to be used by other programs on the
     * database.
     */
    private static final long MIGRATION_LOCK = 0x6d696c6c72616365L;

    /** Id of the lock that writers share and that an erasure holds exclusively. */
    private static final long WRITING_LOCK = MIGRATION_LOCK + 1;

    /** Latest timestamp that PostgreSQL can store. A record's timestamp can be later. */
    private static final Instant LATEST = Instant.parse("+294276-12-31T23:59:59.999Z");

    private final String jdbcUrl;
    private final Duration lockTimeout;
    private final Duration stallTimeout;

    Postgresql(String jdbcUrl) {
        this(jdbcUrl, LOCK_TIMEOUT, STALL_TIMEOUT);
    }

    /**
     * @param lockTimeout longest wait of a writer for a lock, in whole milliseconds
     * @param stallTimeout time after which a writer ends the transaction of a sink that is
     *     suspended in a batch, in whole milliseconds
     */
    Postgresql(String jdbcUrl, Duration lockTimeout, Duration stallTimeout) {
        this.jdbcUrl = jdbcUrl;
        this.lockTimeout = lockTimeout;
        this.stallTimeout = stallTimeout;
    }

    @Override
    public Connection openWriter() throws SQLException {
        Connection connection = open();
        execute(connection, LIMIT_TIMES, lockTimeout);
        execute(connection, END_STALLED_TRANSACTIONS, stallTimeout);
        connection.setAutoCommit(false);
        return connection;
    }

    private static void execute(Connection connection, String sql, Duration time)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, time.toMillis() + "ms");
            statement.execute();
        }
    }

    /** Does nothing: a transaction begins with its first statement. */
    @Override
    public void begin(Connection writer) {}

    @Override
    public void commit(Connection writer) throws SQLException {
        writer.commit();
    }

    @Override
    public void rollback(Connection writer) throws SQLException {
        writer.rollback();
    }

    @Override
    public void checkConstraintsImmediately(Connection writer) throws SQLException {
        try (Statement statement = writer.createStatement()) {
            statement.execute("SET CONSTRAINTS ALL IMMEDIATE");
        }
    }

    @Override
    public Connection openReader() throws SQLException {
        Connection connection = open();
        connection.setReadOnly(true);
        connection.setAutoCommit(false);
        return connection;
    }

    private Connection open() throws SQLException {
        var properties = new Properties();
        properties.setProperty("ApplicationName", "millrace-sink");
        properties.setProperty("connectTimeout", CONNECT_SECONDS);
        properties.setProperty("loginTimeout", CONNECT_SECONDS);
        properties.setProperty("socketTimeout", ANSWER_SECONDS);
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("reWriteBatchedInserts", "true");
        return DriverManager.getConnection(jdbcUrl, properties);
    }

    @Override
    public Map<String, String> types() {
        return Map.of("bytes", "BYTEA", "money", "NUMERIC", "timestamp", "TIMESTAMPTZ");
    }

    @Override
    public void lockForMigration(Connection connection) throws SQLException {
        lock(connection, "SELECT pg_advisory_xact_lock(?)", MIGRATION_LOCK);
    }

    @Override
    public void liftTimeLimits(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(LIFT_LIMITS);
        }
    }

    @Override
    public void lockForWriting(Connection writer) throws SQLException {
        lock(writer, "SELECT pg_advisory_xact_lock_shared(?)", WRITING_LOCK);
    }

    @Override
    public void lockForErasure(Connection writer) throws SQLException {
        lock(writer, "SELECT pg_advisory_xact_lock(?)", WRITING_LOCK);
    }

    private static void lock(Connection connection, String select, long id) throws SQLException {
        try (PreparedStatement lock = connection.prepareStatement(select)) {
            lock.setLong(1, id);
            lock.execute();
        }
    }

    /**
     * Returns the server, the database and a table by number, independent of their names in the
     * URL.
     */
    @Override
    public Optional<String> sharedTables(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                "SELECT (SELECT system_identifier FROM pg_control_system())"
                                        + " || '.' || (SELECT oid FROM pg_database"
                                        + " WHERE datname = current_database())"
                                        + " || '.' || 'offsets'::regclass::oid")) {
            return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
        }
    }

    @Override
    public boolean hasTable(Connection connection, String table) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT to_regclass(?)::text")) {
            query.setString(1, table);
            try (ResultSet rows = query.executeQuery()) {
                return rows.next() && rows.getString(1) != null;
            }
        }
    }

    @Override
    public void bindMoney(PreparedStatement statement, int index, @Nullable BigDecimal amount)
            throws SQLException {
        if (amount == null) {
            statement.setNull(index, Types.NUMERIC);
        } else {
            statement.setBigDecimal(index, amount);
        }
    }

    @Override
    public void bindInstant(PreparedStatement statement, int index, Instant instant)
            throws SQLException {
        statement.setObject(index, storable(instant).atOffset(ZoneOffset.UTC));
    }

    /** Returns false: the driver merges the rows of a batch into one statement. */
    @Override
    public boolean countsEachInsert() {
        return false;
    }

    @Override
    public Instant storable(Instant instant) {
        return instant.isAfter(LATEST) ? LATEST : instant;
    }

    @Override
    public String moneySum(String left, String right) {
        return left + " + " + right;
    }

    @Override
    public Instant instant(ResultSet rows, int column) throws SQLException {
        return rows.getObject(column, OffsetDateTime.class).toInstant();
    }

    @Override
    public String moneyTotal(String column) {
        return "SUM(" + column + ")";
    }

    @Override
    public String periodOf(String column, RollupPeriod period) {
        String format =
                switch (period) {
                    case DAY -> "YYYY-MM-DD";
                    case HOUR -> "YYYY-MM-DD\"T\"HH24:00:00\"Z\"";
                    case MINUTE -> "YYYY-MM-DD\"T\"HH24:MI:00\"Z\"";
                };
        return "to_char(" + column + " AT TIME ZONE 'UTC', '" + format + "')";
    }

    /**
     * Classifies by SQLSTATE class, see appendix A of the PostgreSQL manual. Insufficient resources
     * (53), objects not in the required state (55), system errors (58) and internal errors are
     * transient; damaged data and indexes are not.
     */
    @Override
    public FailureKind kindOf(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        return switch (state) {
            case "25006" -> FailureKind.READ_ONLY;
            case "53100" -> FailureKind.FULL;
            case "40001", "40P01" -> FailureKind.BUSY;
            case "57P01", "57P02", "57P03" -> FailureKind.DOWN;
            case "57014", "57P05", "25P03", "25P04" -> FailureKind.TIMED_OUT;
            case "3D000", "3F000", "42501" -> FailureKind.UNOPENABLE;
            case "XX000" -> FailureKind.IO;
            default ->
                    switch (state.substring(0, Math.min(2, state.length()))) {
                        case "08", "53" -> FailureKind.DOWN;
                        case "55" -> FailureKind.BUSY;
                        case "58" -> FailureKind.IO;
                        case "28" -> FailureKind.UNOPENABLE;
                        case "XX" -> FailureKind.UNUSABLE;
                        // Data, constraints, limits of a value, and rejections by triggers.
                        case "09", "21", "22", "23", "27", "44", "54", "P0" ->
                                FailureKind.ROW_REJECTED;
                        default -> FailureKind.STATEMENT_REJECTED;
                    };
        };
    }
}
