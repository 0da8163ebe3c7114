package dev.millrace.standalone.run.journal;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Creates the tables of the journal. */
final class JournalSchema {
    /** Stored in {@code user_version}. Builds before version 0.1 have written lower numbers. */
    private static final int VERSION = 5;

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
                    create table lines (
                      id integer primary key, file integer not null, key blob not null,
                      generation integer not null, batch text not null, line integer not null,
                      job_id text, repeat integer not null)""",
                    // Places of lines that were submitted again in another generation.
                    """
                    create table replaced (
                      job_id text not null, file integer not null, generation integer not null,
                      line integer not null)""",
                    // Lines of earlier runs that Kafka possibly does not have.
                    """
                    create table unpublished (
                      batch text not null, line integer not null, job_id text not null,
                      primary key (batch, line, job_id)) without rowid""",
                    // "published" is the number of lines, in their order, that Kafka has
                    // acknowledged of the lines that the run publishes.
                    """
                    create table runs (
                      id integer primary key, started_at text not null,
                      published integer not null default 0)""",
                    """
                    create table plan (
                      position integer primary key, file integer not null,
                      source_line integer not null, line_id integer not null,
                      fate text not null)""",
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
