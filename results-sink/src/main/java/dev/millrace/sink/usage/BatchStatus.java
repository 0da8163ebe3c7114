package dev.millrace.sink.usage;

import dev.millrace.sink.store.BatchKey;
import java.time.Instant;
import java.util.Optional;

/**
 * The progress of a batch.
 *
 * @param results number of finished jobs, including failed ones
 * @param failed number of jobs that ended with an error
 * @param deadLetters number of records that did not become a job
 * @param firstFinished time of the first result; empty without results
 * @param lastFinished time of the last result; empty without results
 */
public record BatchStatus(
        BatchKey key,
        long results,
        long failed,
        long deadLetters,
        Optional<Instant> firstFinished,
        Optional<Instant> lastFinished) {

    /** Returns the number of jobs that ended without an error. */
    public long succeeded() {
        return results - failed;
    }

    /** Returns true if nothing is stored for the batch. */
    public boolean isEmpty() {
        return results == 0 && deadLetters == 0;
    }
}
