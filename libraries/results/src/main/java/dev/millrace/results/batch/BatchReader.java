package dev.millrace.results.batch;

import dev.millrace.results.BatchKey;
import dev.millrace.results.query.Condition;
import dev.millrace.results.query.Query;
import dev.millrace.results.query.QueryRunner;
import dev.millrace.store.database.DatabaseException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Lists batches and counts their outcomes. */
public final class BatchReader {
    /** Comparison for a dead letter's tenant, with one parameter. */
    public static final String TENANT_OR_DEFAULT =
            "COALESCE(tenant, '" + BatchKey.DEFAULT_TENANT + "') = ?";

    private final QueryRunner runner;
    private final ManifestReader manifests;

    /**
     * Creates a reader that does not close the runner.
     *
     * @param now the present time, for estimates of ends
     */
    public BatchReader(QueryRunner runner, Instant now) {
        this.runner = runner;
        this.manifests = new ManifestReader(runner, now);
    }

    /**
     * Returns batches in the database's order of tenant and name, which depends on its collation.
     *
     * @param tenant the only tenant; empty for all
     * @param after the last batch of the previous page; empty for the first page
     */
    public List<BatchStatus> page(Optional<String> tenant, Optional<BatchKey> after, int limit)
            throws DatabaseException {
        var statuses = new ArrayList<BatchStatus>();
        for (BatchKey key : keys(tenant, after, limit)) {
            statuses.add(status(key));
        }
        return statuses;
    }

    /** Returns the names of a tenant's first batches, in the order of {@link #page}. */
    public List<String> names(String tenant, int limit) throws DatabaseException {
        return keys(Optional.of(tenant), Optional.empty(), limit).stream()
                .map(BatchKey::batch)
                .toList();
    }

    /** Returns the status of a batch; empty if nothing is stored for it. */
    public Optional<BatchStatus> find(BatchKey key) throws DatabaseException {
        return exists(key) ? Optional.of(status(key)) : Optional.empty();
    }

    /** Returns true if a result, cost, dead letter or manifest is stored for a batch. */
    public boolean exists(BatchKey key) throws DatabaseException {
        for (String table : List.of("results", "costs", "dead_letters", "manifests")) {
            if (runner.hasRow(
                    Query.of(
                            "SELECT 1 FROM " + table + " WHERE tenant = ? AND batch = ? LIMIT 1",
                            key.tenant(),
                            key.batch()))) {
                return true;
            }
        }
        return false;
    }

    /** Returns true if the manifest of a submission is stored. */
    public boolean hasManifest(BatchKey key, String submission) throws DatabaseException {
        return runner.hasRow(
                Query.of(
                        "SELECT 1 FROM manifests"
                                + " WHERE tenant = ? AND batch = ? AND submission = ?",
                        key.tenant(),
                        key.batch(),
                        submission));
    }

    /**
     * Returns the names of the batches that repeat the failed jobs of a batch, in the order of
     * their first manifests.
     */
    public List<String> retries(BatchKey key) throws DatabaseException {
        return runner.list(
                Query.of(
                        "SELECT batch, MIN(recorded_at) FROM manifests"
                                + " WHERE tenant = ? AND retry_of = ?"
                                + " GROUP BY batch ORDER BY 2, 1",
                        key.tenant(),
                        key.batch()),
                row -> row.getString(1));
    }

    private List<BatchKey> keys(Optional<String> tenant, Optional<BatchKey> after, int limit)
            throws DatabaseException {
        Condition letters =
                next(tenant, after).and("batch IS NOT NULL AND tenant IS NOT NULL", List.of());
        Set<BatchKey> keys = new LinkedHashSet<>(distinct("dead_letters", letters, limit));
        keys.addAll(distinct("manifests", next(tenant, after), limit));
        Optional<BatchKey> last = after;
        for (int found = 0; found < limit; found++) {
            last = nextOfResults(tenant, last);
            if (last.isEmpty()) {
                break;
            }
            keys.add(last.get());
        }
        return sorted(keys, limit);
    }

    private List<BatchKey> distinct(String table, Condition condition, int limit)
            throws DatabaseException {
        return runner.list(
                Query.of(
                        "SELECT DISTINCT tenant, batch FROM %s WHERE %s ORDER BY 1, 2 LIMIT %d"
                                .formatted(table, condition.sql(), limit),
                        condition.parameters()),
                BatchReader::key);
    }

    /** Returns the first keys, in the database's order of keys and cursors. */
    private List<BatchKey> sorted(Set<BatchKey> keys, int limit) throws DatabaseException {
        if (keys.isEmpty()) {
            return List.of();
        }
        return runner.list(
                Query.of(
                        "SELECT * FROM (VALUES "
                                + String.join(", ", Collections.nCopies(keys.size(), "(?, ?)"))
                                + ") AS found ORDER BY 1, 2 LIMIT "
                                + limit,
                        keys.stream()
                                .flatMap(key -> Stream.of(key.tenant(), key.batch()))
                                .toArray()),
                BatchReader::key);
    }

    /** Finds the next batch by one step in the index, which does not read the results between. */
    private Optional<BatchKey> nextOfResults(Optional<String> tenant, Optional<BatchKey> after)
            throws DatabaseException {
        Condition next = next(tenant, after);
        return runner.first(
                Query.of(
                        "SELECT tenant, batch FROM results WHERE "
                                + next.sql()
                                + " ORDER BY tenant, batch LIMIT 1",
                        next.parameters()),
                BatchReader::key);
    }

    private static BatchKey key(ResultSet row) throws SQLException {
        return new BatchKey(row.getString(1), row.getString(2));
    }

    private static Condition next(Optional<String> tenant, Optional<BatchKey> after) {
        Condition next = new Condition().and("tenant = ?", tenant);
        after.ifPresent(
                it -> next.and("(tenant, batch) > (?, ?)", List.of(it.tenant(), it.batch())));
        return next;
    }

    private BatchStatus status(BatchKey key) throws DatabaseException {
        long letters = deadLetters(key);
        Optional<ManifestStatus> manifest = manifests.find(key, letters);
        return runner.first(
                        Query.of(
                                "SELECT COUNT(*), COUNT(error_code), MIN(finished_at),"
                                        + " MAX(finished_at)"
                                        + " FROM results WHERE tenant = ? AND batch = ?",
                                key.tenant(),
                                key.batch()),
                        row ->
                                new BatchStatus(
                                        key,
                                        row.getLong(1),
                                        row.getLong(2),
                                        letters,
                                        instant(row, 3),
                                        instant(row, 4),
                                        manifest))
                .orElseThrow();
    }

    private Optional<Instant> instant(ResultSet row, int column) throws SQLException {
        return row.getString(column) == null
                ? Optional.empty()
                : Optional.of(runner.dialect().instant(row, column));
    }

    private long deadLetters(BatchKey key) throws DatabaseException {
        return runner.number(
                Query.of(
                        "SELECT COUNT(*) FROM dead_letters WHERE batch = ? AND "
                                + TENANT_OR_DEFAULT,
                        key.batch(),
                        key.tenant()));
    }
}
