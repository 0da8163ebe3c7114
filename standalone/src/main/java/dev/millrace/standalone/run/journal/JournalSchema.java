package dev.millrace.standalone.run.journal;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Creates the tables of the journal, and migrates a journal of an earlier version. */
final class JournalSchema {
    /** Stored in {@code user_version}; the first version had no number. */
    private static final int VERSION = 5;

    /** Places of lines that were submitted again in another generation. */
    private static final String CREATE_REPLACED =
            "create table replaced (job_id text not null, file integer, generation integer,"
                    + " line integer)";

    /** Lines of earlier runs that Kafka may not have. */
    private static final String CREATE_UNPUBLISHED =
            """
            create table unpublished (
              batch text not null, line integer not null, job_id text not null,
              primary key (batch, line, job_id)) without rowid""";

    /** How many of the lines that a run publishes Kafka has acknowledged, in their order. */
    private static final String ADD_PUBLISHED =
            "alter table runs add column published integer not null default 0";

    /**
     * The batch names of a file start with "name"; "file_name" is the name that the user gave.
     * "generation" is the latest generation. New lines join the generation "reading" as long as the
     * digest of the file is "opened_for".
     */
    private static final String CREATE_FILES =
            """
            create table files (
              id integer primary key, file_name text not null, name text not null unique,
              generation integer not null, opened_at integer, opened_for blob, reading integer)""";

    /** The file that was most recently read at each path. */
    private static final String CREATE_PATHS =
            "create table paths (path text primary key, file integer not null) without rowid";

    private static final List<String> TABLES =
            List.of(
                    CREATE_FILES,
                    CREATE_PATHS,
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
                    CREATE_REPLACED,
                    CREATE_UNPUBLISHED,
                    "create table runs (id integer primary key, started_at text not null)",
                    """
                    create table plan (
                      position integer primary key, file integer not null,
                      source_line integer not null, line_id integer not null,
                      fate text not null)""",
                    ADD_PUBLISHED);

    private static final List<String> RENAME_FIRST_VERSION =
            List.of(
                    "drop table plan",
                    "drop index lines_by_job",
                    "alter table files rename to files_1",
                    "alter table lines rename to lines_1",
                    "alter table runs rename to runs_1");

    /** Equal lines of a file keep their order, which is now the order of their ids. */
    private static final List<String> COPY_FIRST_VERSION =
            List.of(
                    "insert into files select id, name, name, generation, null, null, null"
                            + " from files_1",
                    "insert into paths select path, id from files_1",
                    "insert into lines (file, key, generation, batch, line, job_id, repeat)"
                            + " select file, key, generation, batch, line, job_id, repeat"
                            + " from lines_1 order by file, occurrence, generation, line",
                    "insert into runs (id, started_at) select * from runs_1",
                    "drop table files_1",
                    "drop table lines_1",
                    "drop table runs_1");

    private static final List<String> EXTEND_SECOND_VERSION =
            List.of(
                    "alter table files add column reading integer",
                    "update files set reading = generation where opened_for is not null",
                    "create table replaced (job_id text not null)");

    private static final List<String> EXTEND_THIRD_VERSION =
            List.of(
                    "alter table files rename to files_3",
                    CREATE_FILES,
                    CREATE_PATHS,
                    "insert into files select id, file_name, name, generation, opened_at,"
                            + " opened_for, reading from files_3",
                    "insert into paths select path, id from files_3 where path is not null",
                    "drop table files_3");

    private static final List<String> EXTEND_FOURTH_VERSION =
            List.of(
                    "alter table replaced add column file integer",
                    "alter table replaced add column generation integer",
                    "alter table replaced add column line integer",
                    CREATE_UNPUBLISHED,
                    ADD_PUBLISHED,
                    "delete from plan");
    private static final List<String> REPLACE_SUBMISSIONS =
            List.of(
                    "insert or ignore into unpublished"
                            + " select l.batch, l.line, coalesce(l.job_id, '') from lines l"
                            + " left join submissions s on s.file = l.file"
                            + " and s.generation = l.generation"
                            + " where l.line > coalesce(s.published_through, 0)",
                    "drop table submissions");

    private JournalSchema() {}

    /** Brings the tables to the current version, in one transaction. */
    static void apply(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            int version = number(statement, "pragma user_version");
            if (version > VERSION) {
                throw new SQLException("it was written by a newer Millrace");
            }
            if (version == VERSION) {
                return;
            }
            boolean isNew =
                    number(
                                    statement,
                                    "select count(*) from sqlite_master where type = 'table'"
                                            + " and name = 'lines'")
                            == 0;
            statement.execute("begin immediate");
            if (version >= 2) {
                execute(statement, version == 2 ? EXTEND_SECOND_VERSION : List.of());
                execute(statement, version <= 3 ? EXTEND_THIRD_VERSION : List.of());
                execute(statement, EXTEND_FOURTH_VERSION);
                execute(statement, REPLACE_SUBMISSIONS);
            } else if (isNew) {
                execute(statement, TABLES);
            } else {
                execute(statement, RENAME_FIRST_VERSION);
                execute(statement, TABLES);
                execute(statement, COPY_FIRST_VERSION);
                execute(statement, REPLACE_SUBMISSIONS);
            }
            statement.execute("pragma user_version = " + VERSION);
            statement.execute("commit");
        }
    }

    private static void execute(Statement statement, List<String> commands) throws SQLException {
        for (String command : commands) {
            statement.execute(command);
        }
    }

    private static int number(Statement statement, String query) throws SQLException {
        try (var row = statement.executeQuery(query)) {
            row.next();
            return row.getInt(1);
        }
    }
}
