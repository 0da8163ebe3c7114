package dev.millrace.standalone.run.journal;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Predicate;
import org.sqlite.SQLiteConfig;

/**
 * The journal of all runs in one data directory. Opened by the run that holds the directory's lock.
 *
 * <p>A line is looked up by its file and {@link LineKey}; equal lines of a file have a row each, in
 * the order of their ids. The lines that one run submits of a file belong to one generation of it.
 * Their numbers differ, because they come from one reading, or from several readings of the same
 * content.
 *
 * <p>Rows are only appended while a run reads a new file. An index on the keys would be written at
 * random places: for a million lines that took ten times as long as all else.
 */
public final class RunJournal implements AutoCloseable {
    private static final int CACHE_KIB = 16 * 1024;

    /** Pages of the write-ahead log before SQLite copies them into the database. */
    private static final int LOG_PAGES = 8_192;

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
            var config = new SQLiteConfig();
            config.setJournalMode(SQLiteConfig.JournalMode.WAL);
            config.setSynchronous(SQLiteConfig.SynchronousMode.NORMAL);
            config.setCacheSize(-CACHE_KIB);
            config.setWalAutocheckpoint(LOG_PAGES);
            config.setTempStore(SQLiteConfig.TempStore.FILE);
            Connection connection = config.createConnection("jdbc:sqlite:" + file);
            JournalSchema.apply(connection);
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
     * @param now when the run starts
     * @param repeatsWindow for how long the router knows a repeat
     * @param isBatchTaken tells which names no new batch may have, besides those in this journal
     */
    public RunPlan newPlan(Instant now, Duration repeatsWindow, Predicate<String> isBatchTaken) {
        return Sql.in(() -> RunPlan.start(connection, now, repeatsWindow, isBatchTaken));
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
