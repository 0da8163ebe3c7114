package dev.millrace.store.usage;

import java.time.Instant;
import java.util.Optional;

/**
 * What the manifests of a batch say, and how far the batch is.
 *
 * @param lines number of published lines, over all submissions
 * @param ended number of lines that ended, as a job or as a dead letter; may exceed the lines,
 *     since a submission that was cut off has no manifest
 * @param deadLetters number of the lines that ended as a dead letter, without the letters whose
 *     lines ended as a job after they were published again
 * @param submittedAt start of the first submission
 * @param submittedBy who made the first submission
 * @param retryOf batch of the same tenant whose failed jobs this batch repeats; empty for none
 * @param estimatedEnd when the last line ends at the recent rate; empty if the batch is complete or
 *     nothing has ended recently
 */
public record ManifestStatus(
        long lines,
        long ended,
        long deadLetters,
        Instant submittedAt,
        String submittedBy,
        Optional<String> retryOf,
        Optional<Instant> estimatedEnd) {

    /** Returns true if lines were published and every line has ended. */
    public boolean isComplete() {
        return lines > 0 && ended >= lines;
    }

    /** Returns the share of lines that have ended, 0 to 1. */
    public double progress() {
        if (lines == 0) {
            return 0;
        }
        return isComplete() ? 1 : (double) ended / lines;
    }
}
