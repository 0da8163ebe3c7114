package dev.millrace.standalone.run.journal;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;

/**
 * The journal of all runs in one data directory. Opened by the run that holds the directory's lock.
 *
 * <p>A line is looked up by its file and {@link LineKey}; the same key may occur several times in a
 * file, so each occurrence has a row. What one run submits of a file is one generation of it, and
 * all lines of a generation come from one reading, so that their line numbers differ.
 */
public final class RunJournal implements AutoCloseable {
    private static final List<String> SCHEMA =
            List.of(
                    "pragma journal_mode = wal",
                    "pragma synchronous = normal",
                    """
                    create table if not exists files (
                      id integer primary key, path text not null unique,
                      name text not null unique, generation integer not null)""",
                    """
                    create table if not exists submissions (
                      file integer not null, generation integer not null,
                      published_through integer not null,
                      primary key (file, generation)) without rowid""",
                    """
                    create table if not exists lines (
                      file integer not null, key blob not null, occurrence integer not null,
                      generation integer not null, batch text not null, line integer not null,
                      job_id text, repeat integer not null, run integer not null,
                      primary key (file, key, occurrence)) without rowid""",
                    "create index if not exists lines_by_job on lines (job_id)",
                    """
                    create table if not exists runs (
                      id integer primary key, started_at text not null)""",
                    """
                    create table if not exists plan (
                      position integer primary key, file integer not null,
                      source_line integer not null, generation integer not null,
                      batch text not null, line integer not null, job_id text,
                      repeat integer not null, fate text not null)""");

    private static final String PUBLISHED_THROUGH =
            "insert into submissions values (?, ?, ?) on conflict (file, generation) do update"
                    + " set published_through = max(published_through, excluded.published_through)";

    private final Connection connection;

    private RunJournal(Connection connection) {
        this.connection = connection;
    }

    /**
     * Opens or makes the journal.
     *
     * @throws JournalException when it cannot be opened
     */
    public static RunJournal open(Path file) {
        try {
            Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
            try (var statement = connection.createStatement()) {
                for (String sql : SCHEMA) {
                    statement.execute(sql);
                }
            }
            connection.setAutoCommit(false);
            return new RunJournal(connection);
        } catch (SQLException e) {
            throw new JournalException(
                    "the journal " + file + " cannot be opened: " + e.getMessage(), e);
        }
    }

    /**
     * Starts the plan of a new run. Nothing is kept unless {@link RunPlan#commit} is called.
     *
     * @param startedAt as it is to be recorded
     */
    public RunPlan newPlan(String startedAt) {
        return Sql.in(() -> RunPlan.start(connection, startedAt));
    }

    /** Whether no run has been planned yet. */
    public boolean isEmpty() {
        return Sql.in(
                () -> {
                    try (var statement = connection.createStatement();
                            var row =
                                    statement.executeQuery("select exists (select 1 from runs)")) {
                        row.next();
                        return !row.getBoolean(1);
                    }
                });
    }

    /** Remembers that Kafka has acknowledged all lines of a submission up to this one. */
    public void publishedThrough(Generation generation, long line) {
        Sql.in(
                () -> {
                    try (var update = connection.prepareStatement(PUBLISHED_THROUGH)) {
                        update.setLong(1, generation.file());
                        update.setInt(2, generation.number());
                        update.setLong(3, line);
                        update.executeUpdate();
                    }
                    connection.commit();
                    return null;
                });
    }

    /** Reads the plan of the current run in input order. To be closed by the caller. */
    public PlanCursor plan() {
        return Sql.in(() -> new PlanCursor(connection));
    }

    @Override
    public void close() {
        Sql.in(
                () -> {
                    connection.close();
                    return null;
                });
    }
}
