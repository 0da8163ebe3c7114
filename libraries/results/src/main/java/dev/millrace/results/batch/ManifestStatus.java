package dev.millrace.results.batch;

import dev.millrace.contracts.batch.BatchOrigin;
import dev.millrace.contracts.waiting.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;

/**
 * The contents of a batch's manifests and the progress of the batch.
 *
 * @param lines number of published lines, over all submissions
 * @param ended number of lines that ended as a job or dead letter; can exceed the lines, because an
 *     interrupted submission has no manifest
 * @param deadLetters number of lines that ended as a dead letter, except lines that were published
 *     again and ended as a job
 * @param submittedAt start of the first submission
 * @param submittedBy who made the first submission
 * @param retryOf batch of this tenant whose failed jobs this batch repeats; empty for none
 * @param origin where the lines come from
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
        BatchOrigin origin,
        Optional<Instant> estimatedEnd) {

    /**
     * Returns the status of a batch whose jobs wait: its end comes later, or is unknown.
     *
     * @param waits why some of the jobs wait
     */
    public ManifestStatus waiting(Collection<Waiting> waits, Instant now) {
        return new ManifestStatus(
                lines,
                ended,
                deadLetters,
                submittedAt,
                submittedBy,
                retryOf,
                origin,
                estimatedEnd
                        .flatMap(it -> TimeLeft.of(Duration.between(now, it), waits, now))
                        .map(now::plus));
    }

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
