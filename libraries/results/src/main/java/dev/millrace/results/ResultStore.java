package dev.millrace.results;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.results.query.Query;
import dev.millrace.results.query.QueryRunner;
import dev.millrace.store.database.DatabaseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads the data stored by a sink, even while the sink writes. Every call sees all data committed
 * before it. Holds one connection; used by one thread at a time.
 */
public final class ResultStore implements AutoCloseable {
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
     * @throws DatabaseException if the database does not exist or has an earlier version
     * @throws IllegalArgumentException if the URL is for another kind of database
     */
    public static ResultStore open(String jdbcUrl) throws DatabaseException {
        return new ResultStore(QueryRunner.open(jdbcUrl));
    }

    /** Returns the result of a job; empty if none is stored. */
    public Optional<StoredResult> find(JobId jobId) throws DatabaseException {
        return findAll(List.of(jobId)).stream().findFirst();
    }

    /**
     * Returns the available results of the given jobs, in no particular order. All values are in
     * memory at once, so request only a few jobs at a time.
     */
    public List<StoredResult> findAll(Collection<JobId> jobIds) throws DatabaseException {
        return ofJobs(jobIds, RowMapper.RESULT, "results", rows::result);
    }

    /** Returns the available results of the given jobs, without their values. */
    public Map<JobId, ResultView> views(Collection<JobId> jobIds) throws DatabaseException {
        var found = new HashMap<JobId, ResultView>();
        ofJobs(jobIds, RowMapper.VIEW, "results", RowMapper::view)
                .forEach(it -> found.put(new JobId(it.jobId()), it));
        return found;
    }

    /** Returns all cost events of the given jobs, in no particular order. */
    public List<StoredCost> costs(Collection<JobId> jobIds) throws DatabaseException {
        return ofJobs(jobIds, RowMapper.COST, "costs", RowMapper::cost);
    }

    private <T> List<T> ofJobs(
            Collection<JobId> jobIds, String columns, String table, Query.RowReader<T> reader)
            throws DatabaseException {
        List<String> ids = jobIds.stream().map(JobId::value).toList();
        var found = new ArrayList<T>();
        for (int from = 0; from < ids.size(); from += IDS_PER_QUERY) {
            List<String> part = ids.subList(from, Math.min(ids.size(), from + IDS_PER_QUERY));
            String sql =
                    "SELECT %s FROM %s WHERE job_id IN (%s)"
                            .formatted(columns, table, Query.placeholders(part.size()));
            found.addAll(runner.list(Query.of(sql, part.toArray()).withValues(), reader));
        }
        return found;
    }

    /**
     * Returns true if lines of a batch, of any tenant, have dead letters.
     *
     * @param first number of the first line
     * @param last number of the last line
     */
    public boolean hasDeadLetters(String batch, long first, long last) throws DatabaseException {
        return runner.hasRow(
                Query.of(
                        "SELECT 1 FROM dead_letters WHERE batch = ? AND line >= ? AND line <= ?"
                                + " LIMIT 1",
                        batch,
                        first,
                        last));
    }

    /** Finds the latest dead letter of a line, also one without a tenant. */
    public Optional<StoredDeadLetter> findDeadLetter(BatchKey key, long line)
            throws DatabaseException {
        return latestLetter(
                "batch = ? AND (tenant = ? OR tenant IS NULL) AND line = ?",
                key.batch(),
                key.tenant(),
                line);
    }

    /** Finds the latest dead letter of a line, of any tenant. */
    public Optional<StoredDeadLetter> findDeadLetter(String batch, long line)
            throws DatabaseException {
        return latestLetter("batch = ? AND line = ?", batch, line);
    }

    /** Finds a dead letter; the latest if the topic was recreated and has this position again. */
    public Optional<StoredDeadLetter> findDeadLetter(DeadLetterId id) throws DatabaseException {
        return latestLetter(
                "kafka_partition = ? AND kafka_offset = ?", id.partition(), id.offset());
    }

    private Optional<StoredDeadLetter> latestLetter(String condition, Object... parameters)
            throws DatabaseException {
        return runner.first(
                Query.of(
                        "SELECT %s FROM dead_letters WHERE %s ORDER BY received_at DESC, kafka_offset DESC LIMIT 1"
                                .formatted(RowMapper.LETTER, condition),
                        parameters),
                rows::letter);
    }

    /**
     * Begins to read the results of a batch in line order. Results without a line come last.
     *
     * @param after only results of later lines, and results without a line; empty for all
     * @param onlyFailed only results with an error
     */
    public ResultLines lines(BatchKey key, OptionalLong after, boolean onlyFailed) {
        return new ResultLines(runner, rows, key, after, onlyFailed);
    }

    /** Returns true if anything is stored for a batch of the given name, of any tenant. */
    public boolean hasBatch(String batch) throws DatabaseException {
        for (String table : List.of("results", "costs", "dead_letters")) {
            if (runner.hasRow(
                    Query.of("SELECT 1 FROM " + table + " WHERE batch = ? LIMIT 1", batch))) {
                return true;
            }
        }
        return false;
    }

    /** Returns true if a job of the batch has a result. */
    public boolean hasResult(BatchKey key) throws DatabaseException {
        return runner.hasRow(
                Query.of(
                        "SELECT 1 FROM results WHERE tenant = ? AND batch = ? LIMIT 1",
                        key.tenant(),
                        key.batch()));
    }

    @Override
    public void close() {
        runner.close();
    }
}
