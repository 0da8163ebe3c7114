package dev.millrace.store.batch;

import dev.millrace.store.database.DatabaseException;
import dev.millrace.store.query.Condition;
import dev.millrace.store.query.Query;
import dev.millrace.store.query.QueryRunner;
import dev.millrace.store.result.BatchKey;
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
        try {
            for (BatchKey key : keys(tenant, after, limit)) {
                statuses.add(status(key));
            }
        } catch (SQLException e) {
            throw runner.explain(e);
        }
        return statuses;
    }

    /** Returns the status of a batch; empty if nothing is stored for it. */
    public Optional<BatchStatus> find(BatchKey key) throws DatabaseException {
        if (!exists(key)) {
            return Optional.empty();
        }
        try {
            return Optional.of(status(key));
        } catch (SQLException e) {
            throw runner.explain(e);
        }
    }

    /** Returns true if a result, cost, dead letter or manifest is stored for a batch. */
    public boolean exists(BatchKey key) throws DatabaseException {
        var found = new boolean[1];
        try {
            for (String table : List.of("results", "costs", "dead_letters", "manifests")) {
                runner.run(
                        Query.of(
                                "SELECT 1 FROM "
                                        + table
                                        + " WHERE tenant = ? AND batch = ? LIMIT 1",
                                key.tenant(),
                                key.batch()),
                        _ -> found[0] = true);
            }
        } catch (SQLException e) {
            throw runner.explain(e);
        }
        return found[0];
    }

    /** Returns true if the manifest of a submission is stored. */
    public boolean hasManifest(BatchKey key, String submission) throws DatabaseException {
        var found = new boolean[1];
        try {
            runner.run(
                    Query.of(
                            "SELECT 1 FROM manifests"
                                    + " WHERE tenant = ? AND batch = ? AND submission = ?",
                            key.tenant(),
                            key.batch(),
                            submission),
                    _ -> found[0] = true);
        } catch (SQLException e) {
            throw runner.explain(e);
        }
        return found[0];
    }

    /**
     * Returns the names of the batches that repeat the failed jobs of a batch, in the order of
     * their first manifests.
     */
    public List<String> retries(BatchKey key) throws DatabaseException {
        var names = new ArrayList<String>();
        try {
            runner.run(
                    Query.of(
                            "SELECT batch, MIN(recorded_at) FROM manifests"
                                    + " WHERE tenant = ? AND retry_of = ?"
                                    + " GROUP BY batch ORDER BY 2, 1",
                            key.tenant(),
                            key.batch()),
                    row -> names.add(row.getString(1)));
        } catch (SQLException e) {
            throw runner.explain(e);
        }
        return names;
    }

    private List<BatchKey> keys(Optional<String> tenant, Optional<BatchKey> after, int limit)
            throws SQLException {
        Set<BatchKey> keys = new LinkedHashSet<>();
        Condition letters =
                next(tenant, after).and("batch IS NOT NULL AND tenant IS NOT NULL", List.of());
        runner.run(
                Query.of(
                        "SELECT DISTINCT tenant, batch FROM dead_letters WHERE "
                                + letters.sql()
                                + " ORDER BY 1, 2 LIMIT "
                                + limit,
                        letters.parameters()),
                row -> keys.add(new BatchKey(row.getString(1), row.getString(2))));
        Condition submitted = next(tenant, after);
        runner.run(
                Query.of(
                        "SELECT DISTINCT tenant, batch FROM manifests WHERE "
                                + submitted.sql()
                                + " ORDER BY 1, 2 LIMIT "
                                + limit,
                        submitted.parameters()),
                row -> keys.add(new BatchKey(row.getString(1), row.getString(2))));
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

    /** Returns the first keys, in the database's order of keys and cursors. */
    private List<BatchKey> sorted(Set<BatchKey> keys, int limit) throws SQLException {
        var first = new ArrayList<BatchKey>();
        if (keys.isEmpty()) {
            return first;
        }
        runner.run(
                Query.of(
                        "SELECT * FROM (VALUES "
                                + String.join(", ", Collections.nCopies(keys.size(), "(?, ?)"))
                                + ") AS found ORDER BY 1, 2 LIMIT "
                                + limit,
                        keys.stream()
                                .flatMap(key -> Stream.of(key.tenant(), key.batch()))
                                .toArray()),
                row -> first.add(new BatchKey(row.getString(1), row.getString(2))));
        return first;
    }

    /** Finds the next batch by one step in the index, which does not read the results between. */
    private Optional<BatchKey> nextOfResults(Optional<String> tenant, Optional<BatchKey> after)
            throws SQLException {
        Condition next = next(tenant, after);
        var found = new ArrayList<BatchKey>();
        runner.run(
                Query.of(
                        "SELECT tenant, batch FROM results WHERE "
                                + next.sql()
                                + " ORDER BY tenant, batch LIMIT 1",
                        next.parameters()),
                row -> found.add(new BatchKey(row.getString(1), row.getString(2))));
        return found.stream().findFirst();
    }

    private static Condition next(Optional<String> tenant, Optional<BatchKey> after) {
        Condition next = new Condition().and("tenant = ?", tenant);
        after.ifPresent(
                it -> next.and("(tenant, batch) > (?, ?)", List.of(it.tenant(), it.batch())));
        return next;
    }

    private BatchStatus status(BatchKey key) throws SQLException {
        var found = new ArrayList<BatchStatus>();
        long letters = deadLetters(key);
        Optional<ManifestStatus> manifest = manifests.find(key, letters);
        runner.run(
                Query.of(
                        "SELECT COUNT(*), COUNT(error_code), MIN(finished_at), MAX(finished_at)"
                                + " FROM results WHERE tenant = ? AND batch = ?",
                        key.tenant(),
                        key.batch()),
                row ->
                        found.add(
                                new BatchStatus(
                                        key,
                                        row.getLong(1),
                                        row.getLong(2),
                                        letters,
                                        instant(row, 3),
                                        instant(row, 4),
                                        manifest)));
        return found.getFirst();
    }

    private Optional<Instant> instant(ResultSet row, int column) throws SQLException {
        return row.getString(column) == null
                ? Optional.empty()
                : Optional.of(runner.dialect().instant(row, column));
    }

    private long deadLetters(BatchKey key) throws SQLException {
        var count = new long[1];
        runner.run(
                Query.of(
                        "SELECT COUNT(*) FROM dead_letters WHERE batch = ? AND "
                                + TENANT_OR_DEFAULT,
                        key.batch(),
                        key.tenant()),
                row -> count[0] = row.getLong(1));
        return count[0];
    }
}
