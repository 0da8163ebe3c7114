package dev.millrace.store.database;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Migrates the tables with numbered scripts, each applied once. All run in one transaction, since
 * both databases can roll back a {@code CREATE TABLE}. The table {@code millrace_schema} lists the
 * applied scripts.
 */
final class Schema {
    private static final Logger LOG = LoggerFactory.getLogger(Schema.class);

    /** The scripts in order, numbered by position from 1. Never change a released script. */
    static final List<String> SCRIPTS =
            List.of(
                    "V1__results.sql",
                    "V2__origins.sql",
                    "V3__stated_costs.sql",
                    "V4__spilled.sql");

    private final Dialect dialect;
    private final String databaseName;

    Schema(Dialect dialect, String databaseName) {
        this.dialect = dialect;
        this.databaseName = databaseName;
    }

    /** Applies the missing scripts. After a failure, the connection must be closed. */
    void migrate(Connection connection) throws SQLException, DatabaseException {
        dialect.begin(connection);
        dialect.lockForMigration(connection);
        int version = version(connection);
        if (version > SCRIPTS.size()) {
            throw later(version);
        }
        if (version < SCRIPTS.size()) {
            applyFrom(version, connection);
        } else {
            dialect.commit(connection);
        }
    }

    /** Applies the scripts without a time limit, since a large table takes long to change. */
    private void applyFrom(int version, Connection connection) throws SQLException {
        LOG.atInfo()
                .addKeyValue("database", databaseName)
                .addKeyValue("from", version)
                .addKeyValue("to", SCRIPTS.size())
                .log("migrating the database");
        int networkTimeout = connection.getNetworkTimeout();
        connection.setNetworkTimeout(Runnable::run, 0);
        dialect.liftTimeLimits(connection);
        for (int next = version; next < SCRIPTS.size(); next++) {
            apply(connection, next);
        }
        dialect.commit(connection);
        connection.setNetworkTimeout(Runnable::run, networkTimeout);
    }

    /**
     * Checks that the tables can be read. Tables of a later version can, since no column is removed
     * or renamed: while sinks are updated, gateways of the earlier version continue.
     */
    void check(Connection connection) throws SQLException, DatabaseException {
        if (version(connection) < SCRIPTS.size()) {
            throw new DatabaseException(
                    FailureKind.UNUSABLE,
                    "the database "
                            + databaseName
                            + " has no results yet, or results of an earlier version; start the sink"
                            + " to bring it up to date");
        }
    }

    private DatabaseException later(int version) {
        return new DatabaseException(
                FailureKind.UNUSABLE,
                "the database "
                        + databaseName
                        + " was written by a later Millrace (schema version "
                        + version
                        + ", this one supports "
                        + SCRIPTS.size()
                        + "): use the later version, or another database");
    }

    private int version(Connection connection) throws SQLException {
        if (!dialect.hasTable(connection, "millrace_schema")) {
            return 0;
        }
        try (Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT MAX(version) FROM millrace_schema")) {
            return rows.next() ? rows.getInt(1) : 0;
        }
    }

    private void apply(Connection connection, int index) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            if (index == 0) {
                statement.execute(
                        "CREATE TABLE millrace_schema"
                                + " (version INTEGER NOT NULL PRIMARY KEY, script TEXT NOT NULL)");
            }
            for (String command : commands(SCRIPTS.get(index), dialect.types())) {
                statement.execute(command);
            }
        }
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO millrace_schema VALUES (?, ?)")) {
            insert.setInt(1, index + 1);
            insert.setString(2, SCRIPTS.get(index));
            insert.execute();
        }
    }

    /**
     * Splits a script into its commands. Each command ends with a semicolon at the end of a line.
     */
    private static List<String> commands(String script, Map<String, String> types) {
        String text = read(script).replaceAll("(?m)^ *--.*\n", "");
        for (var type : types.entrySet()) {
            text = text.replace("${" + type.getKey() + "}", type.getValue());
        }
        return List.of(text.split(";\\s*\n")).stream().filter(it -> !it.isBlank()).toList();
    }

    private static String read(String script) {
        try (InputStream in = Schema.class.getResourceAsStream(script)) {
            if (in == null) {
                throw new IllegalStateException("missing resource " + script);
            }
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
