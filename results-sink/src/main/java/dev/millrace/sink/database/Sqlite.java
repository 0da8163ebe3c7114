package dev.millrace.sink.database;

import dev.millrace.contracts.money.Usd;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
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
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;

/**
 * SQLite: one file, one writer, any number of readers beside it (write-ahead log).
 *
 * <p>{@code synchronous=NORMAL}: a crash of the process loses nothing; a power cut may lose the
 * last transactions, rows and offsets together, and they are read again from Kafka.
 */
final class Sqlite implements Dialect {
    static final String PREFIX = "jdbc:sqlite:";

    /** Short, so that closing is quick: whoever finds it locked comes again. */
    private static final int WRITER_BUSY_MS = 250;

    private static final int READER_BUSY_MS = 5_000;
    private static final int CACHE_KIB = 16 * 1024;

    /**
     * Pages of the log before it is copied into the database. Ids are random, so that each
     * transaction changes pages all over the indexes; with SQLite's 1,000 pages nearly every one
     * would copy. Measured with 1,000 rows a transaction: 20–30 % faster.
     */
    private static final int LOG_PAGES = 8_192;

    /**
     * What the log is cut to after a checkpoint, in bytes: one large value must not keep it big.
     */
    private static final int MAX_IDLE_LOG_BYTES = 64 * 1024 * 1024;

    /** Of a fixed length, so that text sorts as time does. */
    private static final DateTimeFormatter INSTANT =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private final String jdbcUrl;

    Sqlite(String jdbcUrl) {
        String file = jdbcUrl.substring(PREFIX.length());
        if (file.isEmpty() || file.startsWith(":memory:") || file.contains("mode=memory")) {
            throw new IllegalArgumentException("a SQLite database must be a file, was " + jdbcUrl);
        }
        this.jdbcUrl = jdbcUrl;
    }

    @Override
    public Connection openWriter() throws SQLException {
        createFolder();
        var config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.NORMAL);
        config.setBusyTimeout(WRITER_BUSY_MS);
        config.setCacheSize(-CACHE_KIB);
        config.setWalAutocheckpoint(LOG_PAGES);
        config.setJournalSizeLimit(MAX_IDLE_LOG_BYTES);
        return config.createConnection(jdbcUrl);
    }

    /**
     * By hand, since the driver's own transactions begin again with the end of the one before and
     * would keep the write lock for ever. It is taken here, not at the first write: a transaction
     * that has read before cannot wait for it.
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
        return config.createConnection(jdbcUrl);
    }

    private void createFolder() throws SQLException {
        String file = jdbcUrl.substring(PREFIX.length());
        Path folder =
                file.startsWith("file:") ? null : Path.of(file.split("\\?", 2)[0]).getParent();
        if (folder == null) {
            return;
        }
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new SQLException(
                    "cannot create the folder " + folder,
                    "",
                    SQLiteErrorCode.SQLITE_CANTOPEN.code,
                    e);
        }
    }

    @Override
    public Map<String, String> types() {
        return Map.of("bytes", "BLOB", "money", "TEXT", "timestamp", "TEXT");
    }

    /** Nothing to do: its transactions begin by taking the only write lock. */
    @Override
    public void lockForMigration(Connection connection) {}

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
    public Instant instant(ResultSet rows, int column) throws SQLException {
        return Instant.parse(rows.getString(column));
    }

    /** The driver gives the extended code; its last byte says what kind it is. */
    @Override
    public FailureKind kindOf(SQLException e) {
        return switch (e.getErrorCode() & 0xff) {
            case 5, 6 -> FailureKind.BUSY; // BUSY, LOCKED
            case 8, 3 -> FailureKind.READ_ONLY; // READONLY, PERM
            case 10 -> FailureKind.IO; // IOERR: a full disk, too
            case 13 -> FailureKind.FULL; // FULL
            case 14, 23 -> FailureKind.UNOPENABLE; // CANTOPEN, AUTH
            case 11, 26 -> FailureKind.UNUSABLE; // CORRUPT, NOTADB
            case 18, 19, 20 -> FailureKind.ROW_REFUSED; // TOOBIG, CONSTRAINT, MISMATCH
            default -> FailureKind.REFUSED;
        };
    }
}
