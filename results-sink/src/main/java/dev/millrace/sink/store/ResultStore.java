package dev.millrace.sink.store;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.sink.database.Database;
import dev.millrace.sink.database.DatabaseException;
import java.io.IOException;
import java.io.OutputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what a sink has stored, also while it writes: every call sees all that was committed before
 * it. Holds one connection; for one thread at a time.
 */
public final class ResultStore implements AutoCloseable {
    /**
     * The dead letters of a batch: parameters batch, tenant. One of nobody's tenant counts, too.
     */
    static final String LETTERS_OF_BATCH = "batch = ? AND (tenant = ? OR tenant IS NULL)";

    private static final Logger LOG = LoggerFactory.getLogger(ResultStore.class);

    /** Ids asked for in one query. */
    private static final int IDS_PER_QUERY = 500;

    private final Database database;
    private final Connection connection;
    private final Rows rows;

    private ResultStore(Database database, Connection connection) {
        this.database = database;
        this.connection = connection;
        this.rows = new Rows(database.dialect());
    }

    /**
     * Opens a database that a sink has written.
     *
     * @throws DatabaseException when it is not there, or not one of this version
     * @throws IllegalArgumentException for a URL of another kind of database
     */
    public static ResultStore open(String jdbcUrl) throws DatabaseException {
        Database database = Database.of(jdbcUrl);
        return new ResultStore(database, database.openReader());
    }

    /** The result of a job. */
    public Optional<StoredResult> find(JobId jobId) throws DatabaseException {
        return findAll(List.of(jobId)).stream().findFirst();
    }

    /**
     * The results of those of the jobs that have one, in no order. All their values are held at
     * once: ask for a few at a time.
     */
    public List<StoredResult> findAll(Collection<JobId> jobIds) throws DatabaseException {
        var found = new ArrayList<StoredResult>();
        inChunks(
                jobIds,
                Rows.RESULT,
                "results",
                query -> query.run(connection, row -> found.add(rows.result(row))));
        return found;
    }

    /** What is known of those of the jobs that have a result, without the values. */
    public Map<JobId, ResultView> views(Collection<JobId> jobIds) throws DatabaseException {
        var found = new HashMap<JobId, ResultView>();
        inChunks(
                jobIds,
                Rows.VIEW,
                "results",
                query ->
                        query.run(
                                connection,
                                row -> {
                                    ResultView view = Rows.view(row);
                                    found.put(new JobId(view.jobId()), view);
                                }));
        return found;
    }

    /** All cost events of these jobs, in no order. */
    public List<StoredCost> costs(Collection<JobId> jobIds) throws DatabaseException {
        var found = new ArrayList<StoredCost>();
        inChunks(
                jobIds,
                Rows.COST,
                "costs",
                query -> query.run(connection, row -> found.add(Rows.cost(row))));
        return found;
    }

    private void inChunks(
            Collection<JobId> jobIds, String columns, String table, Reading<Query> reading)
            throws DatabaseException {
        List<Object> ids = new ArrayList<>();
        for (JobId jobId : jobIds) {
            ids.add(jobId.value());
        }
        for (int from = 0; from < ids.size(); from += IDS_PER_QUERY) {
            List<Object> chunk = ids.subList(from, Math.min(ids.size(), from + IDS_PER_QUERY));
            String sql =
                    "SELECT "
                            + columns
                            + " FROM "
                            + table
                            + " WHERE job_id IN ("
                            + Query.marks(chunk.size())
                            + ")";
            reading(() -> reading.read(Query.of(sql, chunk.toArray()).withValues()));
        }
    }

    /** The latest dead letter of a line. */
    public Optional<StoredDeadLetter> findDeadLetter(BatchKey key, long line)
            throws DatabaseException {
        var found = new ArrayList<StoredDeadLetter>();
        Query query =
                Query.of(
                        "SELECT "
                                + Rows.LETTER
                                + " FROM dead_letters WHERE "
                                + LETTERS_OF_BATCH
                                + " AND line = ? ORDER BY received_at DESC, kafka_offset DESC"
                                + " LIMIT 1",
                        key.batch(),
                        key.tenant(),
                        line);
        reading(() -> query.run(connection, row -> found.add(rows.letter(row))));
        return found.stream().findFirst();
    }

    /** The latest dead letter of a line, whichever tenant it claims. */
    public Optional<StoredDeadLetter> findDeadLetter(String batch, long line)
            throws DatabaseException {
        var found = new ArrayList<StoredDeadLetter>();
        Query query =
                Query.of(
                        "SELECT "
                                + Rows.LETTER
                                + " FROM dead_letters WHERE batch = ? AND line = ?"
                                + " ORDER BY received_at DESC, kafka_offset DESC LIMIT 1",
                        batch,
                        line);
        reading(() -> query.run(connection, row -> found.add(rows.letter(row))));
        return found.stream().findFirst();
    }

    /**
     * Hands on every dead letter of a batch in the order of lines, those without a line last; of
     * several of one line the latest comes first.
     */
    public void forEachDeadLetter(BatchKey key, Consumer<StoredDeadLetter> each)
            throws DatabaseException {
        Query query =
                Query.of(
                                "SELECT "
                                        + Rows.LETTER
                                        + " FROM dead_letters WHERE "
                                        + LETTERS_OF_BATCH
                                        + " ORDER BY line IS NULL, line, received_at DESC,"
                                        + " kafka_offset DESC",
                                key.batch(),
                                key.tenant())
                        .withValues();
        reading(() -> query.run(connection, row -> each.accept(rows.letter(row))));
    }

    /**
     * Hands on every result of a batch in the order of lines, those without a line last. Holds a
     * few MiB, or the largest value.
     */
    public void forEachInOrder(BatchKey key, Consumer<StoredResult> each) throws DatabaseException {
        reading(() -> new LineOrder(connection, rows, key).walk(each::accept));
    }

    /**
     * Writes every result of a batch in the order of lines, one on each line, those without a line
     * last.
     *
     * @return how many
     */
    public long exportInOrder(BatchKey key, OutputStream out)
            throws DatabaseException, IOException {
        var written = new long[1];
        try {
            new LineOrder(connection, rows, key)
                    .<IOException>walk(
                            result -> {
                                out.write(result.value());
                                out.write('\n');
                                written[0]++;
                            });
        } catch (SQLException e) {
            throw database.explain(e);
        }
        return written[0];
    }

    /** How far a batch is. */
    public BatchProgress progress(BatchKey key) throws DatabaseException {
        var counts = new long[3];
        reading(
                () -> {
                    Query.of(
                                    "SELECT COUNT(*), COUNT(error_code) FROM results"
                                            + " WHERE tenant = ? AND batch = ?",
                                    key.tenant(),
                                    key.batch())
                            .run(
                                    connection,
                                    row -> {
                                        counts[0] = row.getLong(1);
                                        counts[1] = row.getLong(2);
                                    });
                    Query.of(
                                    "SELECT COUNT(*) FROM dead_letters WHERE " + LETTERS_OF_BATCH,
                                    key.batch(),
                                    key.tenant())
                            .run(connection, row -> counts[2] = row.getLong(1));
                });
        return new BatchProgress(counts[0], counts[1], counts[2]);
    }

    /** What became of a batch so far. */
    public BatchSummary summary(BatchKey key) throws DatabaseException {
        try {
            return new Summing(connection, key).sum();
        } catch (SQLException e) {
            throw database.explain(e);
        }
    }

    /** Returns true when anything of a batch of this name is stored, of whatever tenant. */
    public boolean hasBatch(String batch) throws DatabaseException {
        var found = new boolean[1];
        for (String table : List.of("results", "costs", "dead_letters")) {
            Query query = Query.of("SELECT 1 FROM " + table + " WHERE batch = ? LIMIT 1", batch);
            reading(() -> query.run(connection, _ -> found[0] = true));
        }
        return found[0];
    }

    private interface Reading<T> {
        void read(T what) throws SQLException;
    }

    private interface Running {
        void run() throws SQLException;
    }

    private void reading(Running running) throws DatabaseException {
        try {
            running.run();
        } catch (SQLException e) {
            throw database.explain(e);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.debug("closed a broken connection", e);
        }
    }
}
