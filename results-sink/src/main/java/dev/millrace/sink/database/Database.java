package dev.millrace.sink.database;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The database that a JDBC URL names. Immutable; every call opens a connection of its own. */
public final class Database {
    private static final Logger LOG = LoggerFactory.getLogger(Database.class);

    private final String jdbcUrl;
    private final Dialect dialect;

    Database(String jdbcUrl, Dialect dialect) {
        this.jdbcUrl = jdbcUrl;
        this.dialect = dialect;
    }

    /**
     * The database of a URL that begins with {@code jdbc:sqlite:} or {@code jdbc:postgresql:}.
     *
     * @throws IllegalArgumentException for any other, and for a SQLite database in memory
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

    public Dialect dialect() {
        return dialect;
    }

    /** The URL without user, password and other parameters, for messages. */
    public String name() {
        int parameters = jdbcUrl.indexOf('?');
        String address = parameters < 0 ? jdbcUrl : jdbcUrl.substring(0, parameters);
        return address.replaceFirst("//[^/]*@", "//");
    }

    /**
     * Creates the tables, or brings them up to date. Does nothing when they are.
     *
     * @throws DatabaseException of the kind {@code UNUSABLE} when they are of a later version
     */
    public void migrate() throws DatabaseException {
        try (Connection _ = openWriter()) {
            LOG.atDebug().addKeyValue("database", name()).log("up to date");
        } catch (SQLException e) {
            throw explain(e);
        }
    }

    /** A connection for writing, the tables up to date. */
    Connection openWriter() throws DatabaseException {
        return open(dialect::openWriter, new Schema(dialect, name())::migrate);
    }

    /**
     * A connection that reads beside a writer at work. It may be in transactions: end each after
     * reading.
     *
     * @throws DatabaseException when there is no such database, or its tables are of another
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
            closeAfter(e, connection);
            throw explain(e);
        } catch (DatabaseException e) {
            closeAfter(e, connection);
            throw e;
        }
    }

    private static void closeAfter(Exception reason, @Nullable Connection connection) {
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException e) {
                reason.addSuppressed(e);
            }
        }
    }

    /** One line on what is wrong, and whether it can pass. */
    public DatabaseException explain(SQLException e) {
        FailureKind kind = dialect.kindOf(e);
        return new DatabaseException(
                kind, "the database " + name() + " " + kind.words() + ": " + detail(e), e);
    }

    /**
     * The first line of what the database says. Of a batch it is the message of the statement that
     * failed, since PostgreSQL's driver puts all values of the row into the batch's own.
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
