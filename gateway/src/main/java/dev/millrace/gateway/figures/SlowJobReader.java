package dev.millrace.gateway.figures;

import dev.millrace.results.query.Query;
import dev.millrace.results.query.QueryRunner;
import dev.millrace.store.database.DatabaseException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds the slowest of the latest jobs. */
final class SlowJobReader {
    /** Number of the latest results that are searched, so that the question stays cheap. */
    private static final int RESULTS = 10_000;

    /**
     * Number of latest results of all tenants to search for one tenant. An index by tenant and time
     * would cost each stored result more than this search costs a page.
     */
    private static final int RESULTS_FOR_TENANT = 100_000;

    private final QueryRunner runner;

    /** Creates a reader that does not close the runner. */
    SlowJobReader(QueryRunner runner) {
        this.runner = runner;
    }

    /**
     * A job with a slow last call.
     *
     * @param model null without a selected model
     * @param upstreamMs duration of the last call
     * @param queuedMs time from submission to the last call
     */
    record SlowJob(
            String tenant,
            String batch,
            String jobId,
            String customId,
            @Nullable String model,
            int attempts,
            long upstreamMs,
            long queuedMs) {}

    /**
     * Returns the jobs with the longest last calls, slowest first.
     *
     * @param tenant the only tenant; empty for all
     */
    List<SlowJob> slowest(Optional<String> tenant, int limit) throws DatabaseException {
        String columns =
                "tenant, batch, job_id, custom_id, model, attempts, upstream_ms, queued_ms";
        String sql =
                "SELECT %s FROM (SELECT %s FROM results ORDER BY finished_at DESC LIMIT %d) AS latest WHERE attempts > 0 %s ORDER BY upstream_ms DESC, job_id LIMIT %d"
                        .formatted(
                                columns,
                                columns,
                                tenant.isPresent() ? RESULTS_FOR_TENANT : RESULTS,
                                tenant.isPresent() ? "AND tenant = ?" : "",
                                limit);
        return runner.list(
                Query.of(sql, tenant.stream().toArray()),
                row ->
                        new SlowJob(
                                row.getString(1),
                                row.getString(2),
                                row.getString(3),
                                row.getString(4),
                                row.getString(5),
                                row.getInt(6),
                                row.getLong(7),
                                row.getLong(8)));
    }
}
