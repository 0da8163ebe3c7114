package dev.millrace.store.database;

import dev.millrace.contracts.file.OwnerOnly;
import dev.millrace.contracts.money.Usd;
import dev.millrace.store.rollup.RollupPeriod;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.sqlite.Function;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;

/**
 * SQLite: one file, one writer and any number of concurrent readers (write-ahead log).
 *
 * <p>{@code synchronous=NORMAL}: a process crash loses nothing. A power failure can lose the last
 * transactions with rows and offsets; the rows are then read again from Kafka.
 */
final class Sqlite implements Dialect {
    static final String PREFIX = "jdbc:sqlite:";

    /** Short, so that closing is quick; the sink retries if the database is locked. */
    private static final int WRITER_BUSY_MS = 250;

    private static final int READER_BUSY_MS = 5_000;
    private static final int CACHE_KIB = 16 * 1024;

    /**
     * Pages of the log before a checkpoint. Ids are random, so each transaction changes pages all
     * over the indexes; with SQLite's default of 1,000 pages, nearly every transaction would
     * checkpoint. Measured with 1,000 rows per transaction: 20–30 % faster.
     */
    private static final int LOG_PAGES = 8_192;

    /**
     * Size in bytes to which the log is truncated after a checkpoint, so that one large value does
     * not enlarge the log forever.
     */
    private static final int MAX_IDLE_LOG_BYTES = 64 * 1024 * 1024;

    /** SQL function that adds two amounts, since SQLite's own numbers are binary. */
    private static final String MONEY_SUM = "usd_sum";

    /** SQL function that adds the amounts of a group of rows. */
    private static final String MONEY_TOTAL = "usd_total";

    /** A format of fixed length, so that text order is time order. */
    private static final DateTimeFormatter INSTANT =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private static final Pattern PARAMETERS = Pattern.compile("\\?[^?]*mode=memory");

    /** Begins a name in which percent signs encode characters. */
    private static final String ENCODED = "file:";

    private final String jdbcUrl;

    Sqlite(String jdbcUrl) {
        String file = jdbcUrl.substring(PREFIX.length());
        if (file.isEmpty() || file.startsWith(":memory:") || PARAMETERS.matcher(file).find()) {
            throw new IllegalArgumentException("a SQLite database must be a file, was " + jdbcUrl);
        }
        this.jdbcUrl = jdbcUrl;
    }

    @Override
    public Connection openWriter() throws SQLException {
        createFile();
        var config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.NORMAL);
        config.setBusyTimeout(WRITER_BUSY_MS);
        config.setCacheSize(-CACHE_KIB);
        config.setWalAutocheckpoint(LOG_PAGES);
        config.setJournalSizeLimit(MAX_IDLE_LOG_BYTES);
        Connection connection = config.createConnection(jdbcUrl);
        Function.create(connection, MONEY_SUM, new MoneySum());
        return connection;
    }

    /**
     * Begins a transaction explicitly, because the driver would start a new one at the end of each
     * transaction and keep the write lock forever. Takes the write lock here, because a transaction
     * that has already read cannot wait for the lock.
     */
    @Override
    public void begin(Connection writer) throws SQLException {
        execute(writer, "BEGIN IMMEDIATE");
    }

    @Override
    public void commit(Connection writer) throws SQLException {
        execute(writer, "COMMIT");
    }

    @Override
    public void rollback(Connection writer) throws SQLException {
        execute(writer, "ROLLBACK");
    }

    /** Does nothing: SQLite cannot defer a constraint that is added to an existing table. */
    @Override
    public void checkConstraintsImmediately(Connection writer) {}

    private static void execute(Connection connection, String command) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(command);
        }
    }

    @Override
    public Connection openReader() throws SQLException {
        var config = new SQLiteConfig();
        config.setReadOnly(true);
        config.setBusyTimeout(READER_BUSY_MS);
        config.setCacheSize(-CACHE_KIB);
        Connection connection = config.createConnection(jdbcUrl);
        Function.create(connection, MONEY_TOTAL, new MoneyTotal());
        return connection;
    }

    static Optional<Path> file(String jdbcUrl) {
        String name = jdbcUrl.substring(PREFIX.length());
        if (name.startsWith(ENCODED + "///")) {
            return Optional.of(Path.of(URI.create(name)));
        }
        return name.startsWith(ENCODED)
                ? Optional.empty()
                : Optional.of(Path.of(name.split("\\?", 2)[0]).toAbsolutePath());
    }

    /** Returns the URL of a file. A question mark in a plain name would begin parameters. */
    static String url(Path file) {
        Path absolute = file.toAbsolutePath();
        return PREFIX + (absolute.toString().contains("?") ? absolute.toUri() : absolute);
    }

    /** SQLite gives its log the permissions of the database. */
    private void createFile() throws SQLException {
        Path file = file(jdbcUrl).orElse(null);
        if (file == null) {
            return;
        }
        try {
            OwnerOnly.createFolderOf(file);
            OwnerOnly.createFile(file);
        } catch (IOException e) {
            throw new SQLException(
                    "cannot create the database " + file + ": " + e.getMessage(),
                    "",
                    SQLiteErrorCode.SQLITE_CANTOPEN.code,
                    e);
        }
    }

    @Override
    public Map<String, String> types() {
        return Map.of("bytes", "BLOB", "money", "TEXT", "timestamp", "TEXT");
    }

    /** Does nothing: each transaction begins by taking the only write lock. */
    @Override
    public void lockForMigration(Connection connection) {}

    /** Does nothing: statements have no time limit. */
    @Override
    public void liftTimeLimits(Connection connection) {}

    /** Does nothing: each transaction begins by taking the only write lock. */
    @Override
    public void lockForWriting(Connection writer) {}

    /** Does nothing: each transaction begins by taking the only write lock. */
    @Override
    public void lockForErasure(Connection writer) {}

    /** Returns nothing: a file has one writer. */
    @Override
    public Optional<String> sharedTables(Connection connection) {
        return Optional.empty();
    }

    @Override
    public boolean hasTable(Connection connection, String table) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement(
                        "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?")) {
            query.setString(1, table);
            try (ResultSet rows = query.executeQuery()) {
                return rows.next();
            }
        }
    }

    @Override
    public void bindMoney(PreparedStatement statement, int index, @Nullable BigDecimal amount)
            throws SQLException {
        statement.setString(index, amount == null ? null : Usd.text(amount));
    }

    @Override
    public void bindInstant(PreparedStatement statement, int index, Instant instant)
            throws SQLException {
        statement.setString(index, INSTANT.format(instant));
    }

    @Override
    public boolean countsEachInsert() {
        return true;
    }

    @Override
    public Instant storable(Instant instant) {
        return instant;
    }

    @Override
    public String moneySum(String left, String right) {
        return MONEY_SUM + "(" + left + ", " + right + ")";
    }

    /** Adds two amounts, which are texts. */
    private static final class MoneySum extends Function {
        @Override
        protected void xFunc() throws SQLException {
            var sum = new BigDecimal(value_text(0)).add(new BigDecimal(value_text(1)));
            result(Usd.text(sum));
        }
    }

    @Override
    public Instant instant(ResultSet rows, int column) throws SQLException {
        return Instant.parse(rows.getString(column));
    }

    @Override
    public String moneyTotal(String column) {
        return MONEY_TOTAL + "(" + column + ")";
    }

    /**
     * Adds the amounts of a group of rows, which are texts. The driver copies it for each group.
     */
    private static final class MoneyTotal extends Function.Aggregate {
        private BigDecimal total = BigDecimal.ZERO;

        @Override
        protected void xStep() throws SQLException {
            total = total.add(new BigDecimal(value_text(0)));
        }

        @Override
        protected void xFinal() throws SQLException {
            result(Usd.text(total));
        }
    }

    @Override
    public String periodOf(String column, RollupPeriod period) {
        return switch (period) {
            case DAY -> "substr(" + column + ", 1, 10)";
            case HOUR -> "substr(" + column + ", 1, 13) || ':00:00Z'";
            case MINUTE -> "substr(" + column + ", 1, 16) || ':00Z'";
        };
    }

    /** Classifies by the last byte of the extended error code, which is the primary code. */
    @Override
    public FailureKind kindOf(SQLException e) {
        return switch (e.getErrorCode() & 0xff) {
            case 5, 6, 15 -> FailureKind.BUSY; // BUSY, LOCKED, PROTOCOL: a lost race for locks
            case 8, 3 -> FailureKind.READ_ONLY; // READONLY, PERM
            case 9 -> FailureKind.TIMED_OUT; // INTERRUPT
            case 7, 10 -> FailureKind.IO; // NOMEM, IOERR: a full disk, too
            case 13 -> FailureKind.FULL; // FULL
            case 14, 23 -> FailureKind.UNOPENABLE; // CANTOPEN, AUTH
            case 11, 26 -> FailureKind.UNUSABLE; // CORRUPT, NOTADB
            case 18, 19, 20 -> FailureKind.ROW_REJECTED; // TOOBIG, CONSTRAINT, MISMATCH
            default -> FailureKind.STATEMENT_REJECTED;
        };
    }
}
