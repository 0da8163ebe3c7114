package dev.millrace.store.live;

import dev.millrace.store.database.DatabaseException;
import dev.millrace.store.query.Query;
import dev.millrace.store.query.QueryRunner;
import dev.millrace.store.result.BatchKey;
import dev.millrace.store.usage.BatchReader;
import dev.millrace.store.usage.BatchStatus;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds the batches of the latest results and submissions. */
final class RecentBatches {
    /** Number of the latest results and of the latest manifests that are searched. */
    private static final int ROWS = 5_000;

    private final QueryRunner runner;

    private final Instant now;

    /**
     * Creates a reader that does not close the runner.
     *
     * @param now the present time, for estimates of the ends of batches
     */
    RecentBatches(QueryRunner runner, Instant now) {
        this.runner = runner;
        this.now = now;
    }

    /**
     * Returns the batches with the latest results, latest first, then recently submitted batches
     * without a result.
     *
     * @param from earliest time of a counted result or submission
     * @param tenant the only tenant; empty for all
     */
    List<BatchStatus> since(Instant from, Optional<String> tenant, int limit)
            throws DatabaseException {
        Set<BatchKey> keys = new LinkedHashSet<>();
        var parameters = new ArrayList<Object>(List.of(from));
        tenant.ifPresent(parameters::add);
        String where = " >= ?" + (tenant.isPresent() ? " AND tenant = ?" : "") + " ORDER BY ";
        try {
            for (String rows :
                    List.of(
                            "results WHERE finished_at" + where + "finished_at",
                            "manifests WHERE recorded_at" + where + "recorded_at")) {
                runner.run(
                        Query.of(
                                "SELECT tenant, batch FROM " + rows + " DESC LIMIT " + ROWS,
                                parameters.toArray()),
                        row -> keys.add(new BatchKey(row.getString(1), row.getString(2))));
            }
        } catch (SQLException e) {
            throw runner.explain(e);
        }
        var reader = new BatchReader(runner, now);
        var batches = new ArrayList<BatchStatus>();
        for (BatchKey key : keys.stream().limit(limit).toList()) {
            reader.find(key).ifPresent(batches::add);
        }
        return batches;
    }
}
