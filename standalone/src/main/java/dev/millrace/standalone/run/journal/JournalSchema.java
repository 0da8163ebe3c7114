package dev.millrace.standalone.run.journal;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Creates the tables of the journal. */
final class JournalSchema {
    /** Stored in {@code user_version}; 0 in a new file. */
    private static final int VERSION = 1;

    private static final List<String> TABLES =
            List.of(
                    // The batch names of a file start with "name"; "file_name" is the name that the
                    // user gave. "generation" is the latest generation. New lines join the
                    // generation "reading" as long as the digest of the file is "opened_for".
                    """
                    create table files (
                      id integer primary key, file_name text not null, name text not null unique,
                      generation integer not null, opened_at integer, opened_for blob,
                      reading integer)""",
                    // The file that was most recently read at each path.
                    """
                    create table paths (
                      path text primary key, file integer not null) without rowid""",
                    // Digests of every content that a file has had.
                    """
                    create table contents (
                      file_name text not null, digest blob not null, file integer not null,
                      primary key (file_name, digest, file)) without rowid""",
                    """
                    create table submissions (
                      file integer not null, generation integer not null,
                      published_through integer not null,
                      primary key (file, generation)) without rowid""",
                    """
                    create table lines (
                      id integer primary key, file integer not null, key blob not null,
                      generation integer not null, batch text not null, line integer not null,
                      job_id text, repeat integer not null)""",
                    // Job ids of lines that were submitted again in another generation.
                    "create table replaced (job_id text not null)",
                    "create table runs (id integer primary key, started_at text not null)",
                    """
                    create table plan (
                      position integer primary key, file integer not null,
                      source_line integer not null, line_id integer not null,
                      fate text not null)""");

    private JournalSchema() {}

    /**
     * Creates the tables, in one transaction, unless the file has them.
     *
     * @throws SQLException also if a newer version wrote the file
     */
    static void apply(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            int version = number(statement, "pragma user_version");
            if (version > VERSION) {
                throw new SQLException("it was written by a newer Millrace");
            }
            if (version == VERSION) {
                return;
            }
            statement.execute("begin immediate");
            for (String command : TABLES) {
                statement.execute(command);
            }
            statement.execute("pragma user_version = " + VERSION);
            statement.execute("commit");
        }
    }

    private static int number(Statement statement, String query) throws SQLException {
        try (var row = statement.executeQuery(query)) {
            row.next();
            return row.getInt(1);
        }
    }
}
