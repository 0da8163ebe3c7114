package dev.millrace.store.database;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The database at a JDBC URL. Immutable; every call opens its own connection. */
public final class Database {
    private static final Logger LOG = LoggerFactory.getLogger(Database.class);

    private final String jdbcUrl;
    private final Dialect dialect;

    Database(String jdbcUrl, Dialect dialect) {
        this.jdbcUrl = jdbcUrl;
        this.dialect = dialect;
    }

    /**
     * Returns the database of a URL that begins with {@code jdbc:sqlite:} or {@code
     * jdbc:postgresql:}.
     *
     * @throws IllegalArgumentException for any other URL, and for an in-memory SQLite database
     */
    public static Database of(String jdbcUrl) {
        if (jdbcUrl.startsWith(Sqlite.PREFIX)) {
            return new Database(jdbcUrl, new Sqlite(jdbcUrl));
        }
        if (jdbcUrl.startsWith(Postgresql.PREFIX)) {
            return new Database(jdbcUrl, new Postgresql(jdbcUrl));
        }
        throw new IllegalArgumentException(
                "the URL of a database must begin with "
                        + Sqlite.PREFIX
                        + " or "
                        + Postgresql.PREFIX);
    }

    /**
     * Returns the file of a SQLite database; empty for one of another kind, or if the URL is
     * written as a URI.
     */
    public static Optional<Path> file(String jdbcUrl) {
        return jdbcUrl.startsWith(Sqlite.PREFIX) ? Sqlite.file(jdbcUrl) : Optional.empty();
    }

    /** Returns the URL of a SQLite database in a file with any name. */
    public static String sqliteUrl(Path file) {
        return Sqlite.url(file);
    }

    public Dialect dialect() {
        return dialect;
    }

    /** Returns the URL without user, password and other parameters, for messages. */
    public String name() {
        int parameters = jdbcUrl.indexOf('?');
        String address = parameters < 0 ? jdbcUrl : jdbcUrl.substring(0, parameters);
        return address.replaceFirst("//[^/]*@", "//");
    }

    /**
     * Creates or migrates the tables.
     *
     * @return an identity of the tables, independent of the URL, if several sinks can share the
     *     tables
     * @throws DatabaseException of kind {@code UNUSABLE} if the tables have a later version
     */
    public Optional<String> migrate() throws DatabaseException {
        try (Connection connection = openWriter()) {
            LOG.atDebug().addKeyValue("database", name()).log("up to date");
            return dialect.sharedTables(connection);
        } catch (SQLException e) {
            throw explain(e);
        }
    }

    /** Opens a connection for writing and brings the tables up to date. */
    Connection openWriter() throws DatabaseException {
        return open(dialect::openWriter, new Schema(dialect, name())::migrate);
    }

    /**
     * Opens a connection for reading concurrently with a writer. If auto-commit is off, end the
     * transaction after each read.
     *
     * @throws DatabaseException if the database does not exist or its tables are of an earlier
     *     version
     */
    public Connection openReader() throws DatabaseException {
        return open(dialect::openReader, this::check);
    }

    private void check(Connection connection) throws SQLException, DatabaseException {
        new Schema(dialect, name()).check(connection);
        if (!connection.getAutoCommit()) {
            connection.rollback();
        }
    }

    private Connection open(Opening opening, Preparation preparation) throws DatabaseException {
        Connection connection = null;
        try {
            connection = opening.open();
            preparation.prepare(connection);
            return connection;
        } catch (SQLException e) {
            closeSuppressed(e, connection);
            throw explain(e);
        } catch (DatabaseException e) {
            closeSuppressed(e, connection);
            throw e;
        }
    }

    private static void closeSuppressed(Exception reason, @Nullable Connection connection) {
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException e) {
                reason.addSuppressed(e);
            }
        }
    }

    /** Returns an exception with a one-line description and the kind of the failure. */
    public DatabaseException explain(SQLException e) {
        FailureKind kind = dialect.kindOf(e);
        return new DatabaseException(
                kind, "the database " + name() + " " + kind.words() + ": " + detail(e), e);
    }

    /**
     * Returns the first line of the database's message. For a batch, uses the message of the failed
     * statement, because the batch's own message in PostgreSQL's driver contains all values of the
     * row.
     */
    static String detail(SQLException e) {
        SQLException first = e.getNextException() == null ? e : e.getNextException();
        return String.valueOf(first.getMessage()).lines().findFirst().orElse("");
    }

    private interface Opening {
        Connection open() throws SQLException;
    }

    private interface Preparation {
        void prepare(Connection connection) throws SQLException, DatabaseException;
    }
}
