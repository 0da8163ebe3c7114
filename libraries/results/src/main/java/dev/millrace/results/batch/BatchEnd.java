package dev.millrace.results.batch;

import dev.millrace.results.query.Query;
import dev.millrace.results.query.QueryRunner;
import dev.millrace.store.database.DatabaseException;
import java.util.Optional;

/** Decides whether a batch is complete and all its results are stored. */
public final class BatchEnd {
    private BatchEnd() {}

    /**
     * Returns true if every line has ended, by the manifests of the batch, and the result of every
     * ended job is stored. Both are checked because costs and results are stored independently.
     */
    public static boolean isStored(QueryRunner runner, BatchStatus status)
            throws DatabaseException {
        Optional<ManifestStatus> manifest = status.manifest().filter(ManifestStatus::isComplete);
        return manifest.isPresent()
                && (status.results() + manifest.get().deadLetters() >= manifest.get().lines()
                        || status.results() >= endedJobs(runner, status));
    }

    /**
     * Returns the number of different jobs that ended. Each of them has one result, although a job
     * that was submitted twice ends twice.
     */
    private static long endedJobs(QueryRunner runner, BatchStatus status) throws DatabaseException {
        return runner.number(
                Query.of(
                        "SELECT COUNT(DISTINCT job_id) FROM costs"
                                + " WHERE tenant = ? AND batch = ? AND is_final",
                        status.key().tenant(),
                        status.key().batch()));
    }
}
