package dev.millrace.standalone.run.journal;

import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.run.journal.RunPlan.FileIdentity;
import dev.millrace.store.database.Database;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import org.sqlite.SQLiteConfig;

/**
 * Journal of all runs in one data directory. The run that holds the directory's lock opens it.
 *
 * <p>A file and a {@link LineKey} identify a line; equal lines of a file have one row each, in the
 * order of their ids. Lines that one run submits from a file belong to one generation of the file.
 * Their numbers are distinct, because one generation covers one content of the file.
 *
 * <p>A run over a new file appends rows, and marks them in their order once they are published. The
 * keys have no index: for a million lines, the random writes to an index took ten times as long as
 * all other work.
 */
public final class RunJournal implements AutoCloseable {
    private static final int CACHE_KIB = 16 * 1024;

    /** Pages that the write-ahead log holds before SQLite copies them into the database. */
    private static final int LOG_PAGES = 8_192;

    /** The action of each line of the current run; other runs do not see it. */
    private static final String PLAN =
            "create temp table plan (position integer primary key, file integer not null,"
                    + " source_line integer not null, line_id integer not null,"
                    + " action text not null)";

    private static final String MARK_PUBLISHED =
            "update lines set published = 1 where id in (select line_id from plan"
                    + " where position > ? and action = 'PUBLISH' order by position limit ?)";
    private static final String LAST_MARKED =
            "select position from plan where position > ? and action = 'PUBLISH'"
                    + " order by position limit 1 offset ?";

    private final Connection connection;
    private final Path folder;

    /** Number of lines of the current plan that are recorded as published. */
    private long published;

    /** Position of the last of them. */
    private long publishedPosition = -1;

    /**
     * The batch of a file that an earlier run has read.
     *
     * @param file id of the file
     * @param name name of the batch
     * @param fileName name that the user gave to the file
     * @param readAt when a run last began to publish lines of the file
     */
    public record EarlierBatch(long file, String name, String fileName, Instant readAt) {}

    private RunJournal(Connection connection, Path folder) {
        this.connection = connection;
        this.folder = folder;
    }

    /**
     * Opens the journal, or creates it.
     *
     * @throws UserError if the journal cannot be opened
     */
    public static RunJournal open(Path file) {
        try {
            var config = new SQLiteConfig();
            config.setJournalMode(SQLiteConfig.JournalMode.WAL);
            config.setSynchronous(SQLiteConfig.SynchronousMode.NORMAL);
            config.setCacheSize(-CACHE_KIB);
            config.setWalAutocheckpoint(LOG_PAGES);
            config.setTempStore(SQLiteConfig.TempStore.FILE);
            Connection connection = config.createConnection(Database.sqliteUrl(file));
            JournalSchema.apply(connection);
            JournalSql.execute(connection, PLAN);
            connection.setAutoCommit(false);
            return new RunJournal(connection, file.resolveSibling(""));
        } catch (SQLException e) {
            throw UserError.failure(
                    "The journal " + file + " cannot be opened: " + e.getMessage(), e);
        }
    }

    /**
     * Opens an existing journal for reading, which a run can use at the same time.
     *
     * @throws UserError if the journal cannot be opened
     */
    public static RunJournal openForReading(Path file) {
        try {
            var config = new SQLiteConfig();
            config.setReadOnly(true);
            Connection connection = config.createConnection(Database.sqliteUrl(file));
            JournalSchema.apply(connection);
            return new RunJournal(connection, file.resolveSibling(""));
        } catch (SQLException e) {
            throw UserError.failure(
                    "The journal " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * Starts the plan of a new run. Nothing is saved before {@link RunPlan#commit}.
     *
     * @param now start of the run
     * @param repeatsWindow time for which the router recognizes a repeat
     * @param storedJobs batches whose names a new file must avoid, and jobs that a line can repeat,
     *     in addition to this journal's
     */
    public RunPlan newPlan(Instant now, Duration repeatsWindow, StoredJobs storedJobs) {
        published = 0;
        publishedPosition = -1;
        return JournalSql.call(
                () -> RunPlan.start(connection, folder, now, repeatsWindow, storedJobs));
    }

    /** Returns true if no run has been planned. */
    public boolean isEmpty() {
        return JournalSql.call(
                () -> JournalSql.first(connection, "select 1 from files", _ -> true).isEmpty());
    }

    /** Returns true if an earlier run has read this content, or a file at this path. */
    public boolean knows(FileIdentity file) {
        return knows(file.digest()) || isAny("select 1 from files where path = ?", file.path());
    }

    /**
     * Returns true if an earlier run has read a content.
     *
     * @param digest of its bytes, or of the keys of its lines
     */
    public boolean knows(byte[] digest) {
        return isAny("select 1 from files where digest = ?", digest);
    }

    private boolean isAny(String sql, Object parameter) {
        return JournalSql.call(
                () -> JournalSql.first(connection, sql, _ -> true, parameter).isPresent());
    }

    /**
     * Returns the batch that has most lines with selected keys, the latest of several; empty if no
     * line has such a key. Reads all lines, since their keys have no index.
     *
     * @param keys selects the first 8 bytes of keys
     */
    public Optional<EarlierBatch> mostEqual(LongPredicate keys) {
        return JournalSql.call(
                () -> {
                    var counts = new TreeMap<Long, Long>();
                    try (var select =
                                    JournalSql.prepare(
                                            connection,
                                            "select file, key from lines where key <> x''");
                            var rows = select.executeQuery()) {
                        while (rows.next()) {
                            if (keys.test(ByteBuffer.wrap(rows.getBytes(2)).getLong())) {
                                counts.merge(rows.getLong(1), 1L, Long::sum);
                            }
                        }
                    }
                    Optional<Long> most =
                            counts.entrySet().stream()
                                    .max(
                                            Map.Entry.<Long, Long>comparingByValue()
                                                    .thenComparing(Map.Entry.comparingByKey()))
                                    .map(Map.Entry::getKey);
                    return most.isEmpty()
                            ? Optional.<EarlierBatch>empty()
                            : earlierBatch(most.get());
                });
    }

    private Optional<EarlierBatch> earlierBatch(long file) throws SQLException {
        return JournalSql.first(
                connection,
                "select batch, name, (select coalesce(max(opened_at), 0) from files"
                        + " where file = f.file) from files f where f.file = ?"
                        + " order by f.id desc limit 1",
                row ->
                        new EarlierBatch(
                                file,
                                row.getString(1),
                                row.getString(2),
                                Instant.ofEpochMilli(row.getLong(3))),
                file);
    }

    /**
     * Opens the lines of a batch, to compare other lines with them. The caller closes them before
     * the next plan starts.
     */
    public KnownLineMatcher linesOf(EarlierBatch batch) {
        return JournalSql.call(
                () -> {
                    var matcher = new KnownLineMatcher(connection);
                    matcher.load(batch.file);
                    return matcher;
                });
    }

    /** Returns the folder of the journal, for temporary files. */
    public Path folder() {
        return folder;
    }

    /** Records how many lines of the current plan Kafka has acknowledged, in their order. */
    public void recordPublished(long lines) {
        JournalSql.call(
                () -> {
                    long more = lines - published;
                    if (more > 0) {
                        long from = publishedPosition;
                        JournalSql.execute(connection, MARK_PUBLISHED, from, more);
                        Optional<Long> last =
                                JournalSql.first(
                                        connection,
                                        LAST_MARKED,
                                        row -> row.getLong(1),
                                        from,
                                        more - 1);
                        publishedPosition = last.orElse(from);
                        published = lines;
                        connection.commit();
                    }
                    return null;
                });
    }

    /** Opens a cursor over the plan of the current run. The caller closes the cursor. */
    public PlanCursor openPlan() {
        return JournalSql.call(() -> new PlanCursor(connection));
    }

    @Override
    public void close() {
        JournalSql.call(
                () -> {
                    connection.close();
                    return null;
                });
    }
}
