package dev.millrace.store.result;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.store.database.DatabaseException;
import dev.millrace.store.query.Query;
import dev.millrace.store.query.QueryRunner;
import java.io.IOException;
import java.io.OutputStream;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Reads the data stored by a sink, even while the sink writes. Every call sees all data committed
 * before it. Holds one connection; used by one thread at a time.
 */
public final class ResultStore implements AutoCloseable {
    /**
     * Condition for the dead letters of a batch, with the parameters batch and tenant. Includes
     * dead letters without a tenant.
     */
    private static final String LETTERS_OF_BATCH = "batch = ? AND (tenant = ? OR tenant IS NULL)";

    /** Maximum number of ids per query. */
    private static final int IDS_PER_QUERY = 500;

    private final QueryRunner runner;
    private final RowMapper rows;

    /** Creates a store that reads with the given runner and closes it. */
    public ResultStore(QueryRunner runner) {
        this.runner = runner;
        this.rows = new RowMapper(runner.dialect());
    }

    /**
     * Opens the database of a sink.
     *
     * @throws DatabaseException if the database does not exist or has another version
     * @throws IllegalArgumentException if the URL is for another kind of database
     */
    public static ResultStore open(String jdbcUrl) throws DatabaseException {
        return new ResultStore(QueryRunner.open(jdbcUrl));
    }

    public Optional<StoredResult> find(JobId jobId) throws DatabaseException {
        return findAll(List.of(jobId)).stream().findFirst();
    }

    /**
     * Returns the available results of the given jobs, in no particular order. All values are in
     * memory at once, so request only a few jobs at a time.
     */
    public List<StoredResult> findAll(Collection<JobId> jobIds) throws DatabaseException {
        var found = new ArrayList<StoredResult>();
        forEachPart(
                jobIds,
                RowMapper.RESULT,
                "results",
                query -> query.run(runner, row -> found.add(rows.result(row))));
        return found;
    }

    /** Returns the available results of the given jobs, without their values. */
    public Map<JobId, ResultView> views(Collection<JobId> jobIds) throws DatabaseException {
        var found = new HashMap<JobId, ResultView>();
        forEachPart(
                jobIds,
                RowMapper.VIEW,
                "results",
                query ->
                        query.run(
                                runner,
                                row -> {
                                    ResultView view = RowMapper.view(row);
                                    found.put(new JobId(view.jobId()), view);
                                }));
        return found;
    }

    /** Returns all cost events of the given jobs, in no particular order. */
    public List<StoredCost> costs(Collection<JobId> jobIds) throws DatabaseException {
        var found = new ArrayList<StoredCost>();
        forEachPart(
                jobIds,
                RowMapper.COST,
                "costs",
                query -> query.run(runner, row -> found.add(RowMapper.cost(row))));
        return found;
    }

    private void forEachPart(
            Collection<JobId> jobIds, String columns, String table, QueryReader reader)
            throws DatabaseException {
        List<Object> ids = new ArrayList<>();
        for (JobId jobId : jobIds) {
            ids.add(jobId.value());
        }
        for (int from = 0; from < ids.size(); from += IDS_PER_QUERY) {
            List<Object> part = ids.subList(from, Math.min(ids.size(), from + IDS_PER_QUERY));
            String sql =
                    "SELECT "
                            + columns
                            + " FROM "
                            + table
                            + " WHERE job_id IN ("
                            + Query.placeholders(part.size())
                            + ")";
            explainErrors(() -> reader.read(Query.of(sql, part.toArray()).withValues()));
        }
    }

    /** Finds the latest dead letter of a line. */
    public Optional<StoredDeadLetter> findDeadLetter(BatchKey key, long line)
            throws DatabaseException {
        var found = new ArrayList<StoredDeadLetter>();
        Query query =
                Query.of(
                        "SELECT "
                                + RowMapper.LETTER
                                + " FROM dead_letters WHERE "
                                + LETTERS_OF_BATCH
                                + " AND line = ? ORDER BY received_at DESC, kafka_offset DESC"
                                + " LIMIT 1",
                        key.batch(),
                        key.tenant(),
                        line);
        explainErrors(() -> query.run(runner, row -> found.add(rows.letter(row))));
        return found.stream().findFirst();
    }

    /**
     * Returns true if lines of a batch, of any tenant, have dead letters.
     *
     * @param first number of the first line
     * @param last number of the last line
     */
    public boolean hasDeadLetters(String batch, long first, long last) throws DatabaseException {
        var found = new boolean[1];
        Query query =
                Query.of(
                        "SELECT 1 FROM dead_letters WHERE batch = ? AND line >= ? AND line <= ?"
                                + " LIMIT 1",
                        batch,
                        first,
                        last);
        explainErrors(() -> query.run(runner, _ -> found[0] = true));
        return found[0];
    }

    /** Finds the latest dead letter of a line, of any tenant. */
    public Optional<StoredDeadLetter> findDeadLetter(String batch, long line)
            throws DatabaseException {
        var found = new ArrayList<StoredDeadLetter>();
        Query query =
                Query.of(
                        "SELECT "
                                + RowMapper.LETTER
                                + " FROM dead_letters WHERE batch = ? AND line = ?"
                                + " ORDER BY received_at DESC, kafka_offset DESC LIMIT 1",
                        batch,
                        line);
        explainErrors(() -> query.run(runner, row -> found.add(rows.letter(row))));
        return found.stream().findFirst();
    }

    /** Finds a dead letter; the latest if the topic was recreated and has this position again. */
    public Optional<StoredDeadLetter> findDeadLetter(DeadLetterId id) throws DatabaseException {
        var found = new ArrayList<StoredDeadLetter>();
        Query query =
                Query.of(
                        "SELECT "
                                + RowMapper.LETTER
                                + " FROM dead_letters WHERE kafka_partition = ? AND kafka_offset = ?"
                                + " ORDER BY received_at DESC LIMIT 1",
                        id.partition(),
                        id.offset());
        explainErrors(() -> query.run(runner, row -> found.add(rows.letter(row))));
        return found.stream().findFirst();
    }

    /**
     * Passes every result of a batch to the consumer, in line order. Results without a line come
     * last. Holds a few MiB in memory, or the largest value.
     */
    public void forEachInOrder(BatchKey key, Consumer<StoredResult> each) throws DatabaseException {
        ResultLines lines = lines(key, OptionalLong.empty());
        for (StoredResult next = lines.next(); next != null; next = lines.next()) {
            each.accept(next);
        }
    }

    /**
     * Begins to read the results of a batch in line order. Results without a line come last. Holds
     * a few MiB in memory, or the largest value.
     *
     * @param after only results of later lines, and results without a line
     */
    public ResultLines lines(BatchKey key, OptionalLong after) {
        return new ResultLines(runner, LineOrderReader.ofAll(runner, rows, key, after));
    }

    /**
     * Writes every result of a batch in line order, one per output line. Results without a line
     * come last.
     *
     * @return the number of results
     */
    public long exportInOrder(BatchKey key, OutputStream out)
            throws DatabaseException, IOException {
        return export(out, lines(key, OptionalLong.empty()));
    }

    /**
     * Writes every result of a batch that has an error in line order, one per output line. Results
     * without a line come last.
     *
     * @return the number of these results
     */
    public long exportFailedInOrder(BatchKey key, OutputStream out)
            throws DatabaseException, IOException {
        return export(out, failedLines(key, OptionalLong.empty()));
    }

    /** Writes the failed results of a batch after a line, like {@link #exportFailedInOrder}. */
    public long exportFailedInOrderAfter(BatchKey key, long line, OutputStream out)
            throws DatabaseException, IOException {
        return export(out, failedLines(key, OptionalLong.of(line)));
    }

    /** Writes the results of a batch after a line, otherwise like {@link #exportInOrder}. */
    public long exportInOrderAfter(BatchKey key, long line, OutputStream out)
            throws DatabaseException, IOException {
        return export(out, lines(key, OptionalLong.of(line)));
    }

    /** Begins to read the results of a batch that have an error, like {@link #lines}. */
    public ResultLines failedLines(BatchKey key, OptionalLong after) {
        return new ResultLines(runner, LineOrderReader.ofFailed(runner, rows, key, after));
    }

    private static long export(OutputStream out, ResultLines lines)
            throws DatabaseException, IOException {
        long written = 0;
        for (StoredResult next = lines.next(); next != null; next = lines.next()) {
            out.write(next.value());
            out.write('\n');
            written++;
        }
        return written;
    }

    /** Returns true if anything is stored for a batch of the given name, of any tenant. */
    public boolean hasBatch(String batch) throws DatabaseException {
        var found = new boolean[1];
        for (String table : List.of("results", "costs", "dead_letters")) {
            Query query = Query.of("SELECT 1 FROM " + table + " WHERE batch = ? LIMIT 1", batch);
            explainErrors(() -> query.run(runner, _ -> found[0] = true));
        }
        return found[0];
    }

    /** Returns true if a job of the batch has a result. */
    public boolean hasResult(BatchKey key) throws DatabaseException {
        var found = new boolean[1];
        Query results =
                Query.of(
                        "SELECT 1 FROM results WHERE tenant = ? AND batch = ? LIMIT 1",
                        key.tenant(),
                        key.batch());
        explainErrors(() -> results.run(runner, _ -> found[0] = true));
        return found[0];
    }

    private interface QueryReader {
        void read(Query query) throws SQLException;
    }

    private interface Action {
        void run() throws SQLException;
    }

    private void explainErrors(Action action) throws DatabaseException {
        try {
            action.run();
        } catch (SQLException e) {
            throw runner.explain(e);
        }
    }

    @Override
    public void close() {
        runner.close();
    }
}
