package dev.millrace.gateway.figures;

import dev.millrace.results.query.Query;
import dev.millrace.results.query.QueryRunner;
import dev.millrace.store.database.DatabaseException;
import dev.millrace.store.row.StoredValue;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the latest failed jobs and dead letters. */
final class FailureReader {
    private final QueryRunner runner;

    /** Creates a reader that does not close the runner. */
    FailureReader(QueryRunner runner) {
        this.runner = runner;
    }

    /**
     * A failed job, or a record that became no job.
     *
     * @param tenant null for a dead letter without a tenant
     * @param line number of its line, from 1; null if it is not from a file
     * @param jobId null for a dead letter without a job
     * @param customId null for a dead letter
     * @param code error code, or the reason of a dead letter
     * @param model null without a selected model
     * @param message at most a few hundred characters; null without one
     */
    record Failure(
            Instant at,
            boolean isDeadLetter,
            @Nullable String tenant,
            @Nullable String batch,
            @Nullable Long line,
            @Nullable String jobId,
            @Nullable String customId,
            String code,
            @Nullable String model,
            @Nullable String message) {}

    /**
     * Returns the latest failures, latest first.
     *
     * @param tenant the only tenant; empty for all
     */
    List<Failure> latest(Optional<String> tenant, int limit) throws DatabaseException {
        var failures = new ArrayList<Failure>();
        read(
                "SELECT finished_at, tenant, batch, line, job_id, error_code, custom_id, model,"
                        + " value, value_bytes FROM results WHERE error_code IS NOT NULL",
                "finished_at",
                tenant,
                limit,
                row -> failures.add(failedJob(row)));
        read(
                "SELECT received_at, tenant, batch, line, job_id, reason, message"
                        + " FROM dead_letters WHERE 1 = 1",
                "received_at",
                tenant,
                limit,
                row -> failures.add(deadLetter(row)));
        return failures.stream()
                .sorted(Comparator.comparing(Failure::at).reversed())
                .limit(limit)
                .toList();
    }

    private void read(
            String select, String time, Optional<String> tenant, int limit, Query.EachRow each)
            throws DatabaseException {
        String sql =
                select
                        + (tenant.isPresent() ? " AND tenant = ?" : "")
                        + " ORDER BY "
                        + time
                        + " DESC LIMIT "
                        + limit;
        runner.run(Query.of(sql, tenant.stream().toArray()).withValues(), each);
    }

    private Failure failedJob(ResultSet row) throws SQLException {
        byte[] value = StoredValue.original(row.getBytes(9), row.getInt(10));
        return new Failure(
                runner.dialect().instant(row, 1),
                false,
                row.getString(2),
                row.getString(3),
                line(row),
                row.getString(5),
                row.getString(7),
                row.getString(6),
                row.getString(8),
                FailureMessage.of(value).orElse(null));
    }

    private Failure deadLetter(ResultSet row) throws SQLException {
        return new Failure(
                runner.dialect().instant(row, 1),
                true,
                row.getString(2),
                row.getString(3),
                line(row),
                row.getString(5),
                null,
                row.getString(6),
                null,
                row.getString(7));
    }

    private static @Nullable Long line(ResultSet row) throws SQLException {
        long line = row.getLong(4);
        return row.wasNull() ? null : Long.valueOf(line);
    }
}
