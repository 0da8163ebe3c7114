package dev.millrace.results.batch;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.batch.BatchOrigin;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.json.JsonFields;
import dev.millrace.results.BatchKey;
import dev.millrace.results.query.Query;
import dev.millrace.results.query.QueryRunner;
import dev.millrace.store.database.DatabaseException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * Reads the manifests of batches and counts ended jobs. The final cost events of a batch count its
 * ended jobs. A repeated job has one more final event and one more line, but still a single result.
 * An unreadable job counts by its dead letter.
 */
public final class ManifestReader {
    /** The time over which the recent rate is measured. */
    private static final Duration RECENT = Duration.ofMinutes(5);

    /** A result without a cost event counts as one job: its event is stored soon. */
    private static final String LINES_OF_LETTERS =
            "SELECT COALESCE(SUM(CASE WHEN line IS NULL THEN letters WHEN jobs >= ? THEN 0"
                    + " WHEN letters + jobs > ? THEN ? - jobs ELSE letters END), 0)"
                    + " FROM (SELECT line, letters,"
                    + " CASE WHEN results > ends THEN results ELSE ends END AS jobs"
                    + " FROM (SELECT l.line, l.letters, COUNT(DISTINCT r.job_id) AS results,"
                    + " COUNT(c.event_id) AS ends"
                    + " FROM (SELECT line, COUNT(*) AS letters FROM dead_letters WHERE batch = ? AND "
                    + BatchReader.TENANT_OR_DEFAULT
                    + " GROUP BY line) l"
                    + " LEFT JOIN results r ON r.tenant = ? AND r.batch = ? AND r.line = l.line"
                    + " LEFT JOIN costs c ON c.job_id = r.job_id AND c.is_final"
                    + " GROUP BY l.line, l.letters) AS lines) AS counts";

    /**
     * Counts jobs that ended as a dead letter with a final cost event, because a service could not
     * read them. The dead letter of a duplicate has the id of another job, which has its own end.
     */
    private static final String UNREADABLE_JOBS =
            "SELECT COALESCE(SUM(CASE WHEN letters < ends THEN letters ELSE ends END), 0)"
                    + " FROM (SELECT l.letters, COUNT(c.event_id) AS ends"
                    + " FROM (SELECT job_id, COUNT(*) AS letters FROM dead_letters"
                    + " WHERE batch = ? AND "
                    + BatchReader.TENANT_OR_DEFAULT
                    + " AND job_id IS NOT NULL AND reason NOT IN (?, ?) GROUP BY job_id) l"
                    + " JOIN costs c ON c.job_id = l.job_id AND c.is_final"
                    + " GROUP BY l.job_id, l.letters) AS jobs";

    private final QueryRunner runner;
    private final Instant now;

    ManifestReader(QueryRunner runner, Instant now) {
        this.runner = runner;
        this.now = now;
    }

    /**
     * @param submissions number of manifests that have lines
     */
    private record Manifest(
            long lines,
            long submissions,
            Instant submittedAt,
            String submittedBy,
            Optional<String> retryOf,
            BatchOrigin origin) {
        Manifest plus(Manifest later) {
            return new Manifest(
                    lines + later.lines,
                    submissions + later.submissions,
                    submittedAt,
                    submittedBy,
                    retryOf.or(() -> later.retryOf),
                    origin.plus(later.origin));
        }
    }

    /**
     * @param recent number of jobs that ended within {@link #RECENT}
     */
    private record Ended(long jobs, long recent) {}

    /** Returns the status by the manifests of a batch; empty if it has none. */
    Optional<ManifestStatus> find(BatchKey key, long deadLetters) throws DatabaseException {
        Optional<Manifest> found = manifest(key);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Manifest manifest = found.get();
        Ended jobs = ended(key);
        long linesOfLetters = deadLetters == 0 ? 0 : linesOfLetters(key, manifest.submissions);
        long unreadable = deadLetters == 0 ? 0 : unreadableJobs(key);
        long ended = jobs.jobs - unreadable + linesOfLetters;
        return Optional.of(
                new ManifestStatus(
                        manifest.lines,
                        ended,
                        linesOfLetters,
                        manifest.submittedAt,
                        manifest.submittedBy,
                        manifest.retryOf,
                        manifest.origin,
                        estimatedEnd(manifest, manifest.lines - ended, jobs.recent)));
    }

    private Optional<Manifest> manifest(BatchKey key) throws DatabaseException {
        List<Manifest> found =
                runner.list(
                        Query.of(
                                "SELECT line_count, submitted_at, submitted_by, retry_of, origin FROM"
                                        + " manifests"
                                        + " WHERE tenant = ? AND batch = ?"
                                        + " ORDER BY submitted_at, submission",
                                key.tenant(),
                                key.batch()),
                        row ->
                                new Manifest(
                                        row.getLong(1),
                                        row.getLong(1) > 0 ? 1 : 0,
                                        runner.dialect().instant(row, 2),
                                        row.getString(3),
                                        Optional.ofNullable(row.getString(4)),
                                        origin(row.getString(5))));
        return found.stream().reduce(Manifest::plus);
    }

    /** Reads the origin of a manifest as it is stored. */
    public static BatchOrigin origin(String stored) {
        return BatchOrigin.read(JsonFields.read(stored.getBytes(UTF_8), "an origin"));
    }

    private Ended ended(BatchKey key) throws DatabaseException {
        return runner.first(
                        Query.of(
                                "SELECT COUNT(*), COUNT(CASE WHEN recorded_at >= ? THEN 1 END) FROM costs"
                                        + " WHERE tenant = ? AND batch = ? AND is_final",
                                now.minus(RECENT),
                                key.tenant(),
                                key.batch()),
                        row -> new Ended(row.getLong(1), row.getLong(2)))
                .orElseThrow();
    }

    /**
     * Returns the number of lines that ended as a dead letter. A replayed letter stays stored, so
     * each line number counts at most once for each submission, and its jobs count first. A letter
     * without a line number always counts.
     */
    private long linesOfLetters(BatchKey key, long submissions) throws DatabaseException {
        return runner.number(
                Query.of(
                        LINES_OF_LETTERS,
                        submissions,
                        submissions,
                        submissions,
                        key.batch(),
                        key.tenant(),
                        key.tenant(),
                        key.batch()));
    }

    private long unreadableJobs(BatchKey key) throws DatabaseException {
        return runner.number(
                Query.of(
                        UNREADABLE_JOBS,
                        key.batch(),
                        key.tenant(),
                        ErrorCode.DUPLICATE.code(),
                        ErrorCode.DUPLICATE_CUSTOM_ID.code()));
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
