package dev.millrace.sink.usage;

import dev.millrace.sink.query.Query;
import dev.millrace.sink.query.QueryRunner;
import dev.millrace.sink.store.BatchKey;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Optional;

/**
 * Reads the manifests of batches. The final cost events of a batch count its ended jobs: a job that
 * is repeated has one more of them, as it has one more line, but still a single result.
 */
final class ManifestReader {
    /** The time over which the recent rate is measured. */
    private static final Duration RECENT = Duration.ofMinutes(5);

    private final QueryRunner runner;
    private final Instant now;

    ManifestReader(QueryRunner runner, Instant now) {
        this.runner = runner;
        this.now = now;
    }

    private record Manifest(
            long lines, Instant submittedAt, String submittedBy, Optional<String> retryOf) {
        Manifest plus(Manifest later) {
            return new Manifest(
                    lines + later.lines, submittedAt, submittedBy, retryOf.or(() -> later.retryOf));
        }
    }

    /**
     * @param recent number of jobs that ended within {@link #RECENT}
     */
    private record Ended(long jobs, long recent) {}

    /** Returns the status by the manifests of a batch; empty if it has none. */
    Optional<ManifestStatus> find(BatchKey key, long deadLetters) throws SQLException {
        Optional<Manifest> found = manifest(key);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Manifest manifest = found.get();
        Ended jobs = ended(key);
        long ended = jobs.jobs + deadLetters;
        return Optional.of(
                new ManifestStatus(
                        manifest.lines,
                        ended,
                        manifest.submittedAt,
                        manifest.submittedBy,
                        manifest.retryOf,
                        estimatedEnd(manifest, manifest.lines - ended, jobs.recent)));
    }

    private Optional<Manifest> manifest(BatchKey key) throws SQLException {
        var found = new ArrayList<Manifest>();
        runner.run(
                Query.of(
                        "SELECT line_count, submitted_at, submitted_by, retry_of FROM manifests"
                                + " WHERE tenant = ? AND batch = ?"
                                + " ORDER BY submitted_at, submission",
                        key.tenant(),
                        key.batch()),
                row ->
                        found.add(
                                new Manifest(
                                        row.getLong(1),
                                        runner.dialect().instant(row, 2),
                                        row.getString(3),
                                        Optional.ofNullable(row.getString(4)))));
        return found.stream().reduce(Manifest::plus);
    }

    private Ended ended(BatchKey key) throws SQLException {
        var found = new ArrayList<Ended>();
        runner.run(
                Query.of(
                        "SELECT COUNT(*), COUNT(CASE WHEN recorded_at >= ? THEN 1 END) FROM costs"
                                + " WHERE tenant = ? AND batch = ? AND is_final",
                        now.minus(RECENT),
                        key.tenant(),
                        key.batch()),
                row -> found.add(new Ended(row.getLong(1), row.getLong(2))));
        return found.getFirst();
    }

    private Optional<Instant> estimatedEnd(Manifest manifest, long left, long recent) {
        if (left <= 0 || recent == 0) {
            return Optional.empty();
        }
        Duration sinceStart = Duration.between(manifest.submittedAt, now);
        Duration window = sinceStart.compareTo(RECENT) < 0 ? sinceStart : RECENT;
        double seconds = window.toMillis() / 1_000.0 / recent * left;
        return seconds > 0 && seconds < Duration.ofDays(36_500).toSeconds()
                ? Optional.of(now.plusSeconds(Math.round(seconds)).truncatedTo(ChronoUnit.SECONDS))
                : Optional.empty();
    }
}
