package dev.millrace.standalone.run.journal;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Creates the tables of the journal. */
final class JournalSchema {
    /** Stored in {@code user_version}. Builds before version 0.1 have written lower numbers. */
    private static final int VERSION = 6;

    private static final List<String> TABLES =
            List.of(
                    // The contents that each set of lines, "file", has had, with their path and
                    // name; the row read last has the greatest id. The names of the file's batches
                    // start with "batch", and "latest" is its latest generation. New lines of the
                    // content join "generation".
                    """
                    create table files (
                      id integer primary key, file integer not null, batch text not null,
                      latest integer not null, path text not null, name text not null,
                      digest blob not null, generation integer, opened_at integer)""",
                    // A row with an empty key is the former place of a line that was submitted
                    // again. "published" is 1 once Kafka has acknowledged the line.
                    """
                    create table lines (
                      id integer primary key, file integer not null, key blob not null,
                      generation integer not null, batch text not null, line integer not null,
                      job_id text, repeat integer not null, published integer not null)""",
                    "pragma user_version = " + VERSION);

    private JournalSchema() {}

    /**
     * Creates the tables of a new journal, in one transaction.
     *
     * @throws SQLException if another version has written the journal
     */
    static void apply(Connection connection) throws SQLException {
        int version = number(connection, "pragma user_version");
        if (version == VERSION) {
            return;
        }
        if (version > VERSION) {
            throw new SQLException("it was written by a newer Millrace");
        }
        if (number(connection, "select count(*) from sqlite_master") > 0) {
            throw new SQLException(
                    "it was written by a build before version 0.1; --fresh starts over");
        }
        try (var statement = connection.createStatement()) {
            statement.execute("begin immediate");
            for (String command : TABLES) {
                statement.execute(command);
            }
            statement.execute("commit");
        }
    }

    private static int number(Connection connection, String query) throws SQLException {
        return JournalSql.first(connection, query, row -> row.getInt(1)).orElseThrow();
    }
}
