package dev.millrace.results.batch;

import dev.millrace.results.BatchKey;
import java.time.Instant;
import java.util.Optional;

/**
 * The progress of a batch.
 *
 * @param results number of finished jobs, including failed ones
 * @param failed number of jobs that ended with an error
 * @param deadLetters number of records that did not become a job; the default tenant's number
 *     includes records without a tenant
 * @param firstFinished time of the first result; empty without results
 * @param lastFinished time of the last result; empty without results
 * @param manifest status from the manifests of the batch; empty without manifests
 */
public record BatchStatus(
        BatchKey key,
        long results,
        long failed,
        long deadLetters,
        Optional<Instant> firstFinished,
        Optional<Instant> lastFinished,
        Optional<ManifestStatus> manifest) {

    /** Returns the number of jobs that ended without an error. */
    public long succeeded() {
        return results - failed;
    }
}
