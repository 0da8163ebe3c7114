package dev.millrace.gateway.results;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.gateway.figures.CostGroup;
import dev.millrace.gateway.figures.OutcomeReader.ErrorCount;
import dev.millrace.results.batch.BatchStatus;
import dev.millrace.results.batch.ManifestStatus;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The sink's counts of a batch.
 *
 * @param succeeded number of jobs that ended without an error
 * @param failed number of jobs that ended with an error
 * @param deadLetters number of lines that never became a job. Excludes repeats of lines that did: a
 *     publisher that lost its progress publishes lines again, and the router rejects the repeats
 * @param lastFinished time of the last result; empty without results
 * @param errors number of failed jobs by error code
 * @param usage tokens and cost
 * @param estimatedEnd when the last line ends at the recent rate; empty if the batch has ended or
 *     nothing has ended recently
 */
public record BatchCounts(
        long succeeded,
        long failed,
        long deadLetters,
        Optional<Instant> lastFinished,
        Map<String, Long> errors,
        BatchUsage usage,
        Optional<Instant> estimatedEnd) {
    /** Nothing is stored. */
    public static final BatchCounts NONE =
            new BatchCounts(0, 0, 0, Optional.empty(), Map.of(), BatchUsage.NONE);

    public BatchCounts {
        errors = Map.copyOf(errors);
    }

    /** Creates the counts of a batch whose end is not estimated. */
    public BatchCounts(
            long succeeded,
            long failed,
            long deadLetters,
            Optional<Instant> lastFinished,
            Map<String, Long> errors,
            BatchUsage usage) {
        this(succeeded, failed, deadLetters, lastFinished, errors, usage, Optional.empty());
    }

    /** Returns a copy with another expected end. */
    public BatchCounts endingAt(Optional<Instant> end) {
        return new BatchCounts(succeeded, failed, deadLetters, lastFinished, errors, usage, end);
    }

    /** Returns the number of lines that have ended. */
    public long ended() {
        return succeeded + failed + deadLetters;
    }

    /**
     * Returns true if the cost of every ended job is known. Results and costs arrive in different
     * topics.
     */
    public boolean hasWholeUsage() {
        return usage.jobs() >= succeeded + failed;
    }

    /** Returns the number of jobs that ended with an error code. */
    public long errors(String code) {
        return errors.getOrDefault(code, 0L);
    }

    static BatchCounts of(
            BatchStatus status, SortedMap<String, ErrorCount> errors, CostGroup costs) {
        ErrorCount repeats = errors.getOrDefault(ErrorCode.DUPLICATE.code(), new ErrorCount(0, 0));
        var jobs = new TreeMap<String, Long>();
        errors.forEach((code, count) -> jobs.put(code, count.jobs()));
        return new BatchCounts(
                status.succeeded(),
                status.failed(),
                Math.max(0, status.deadLetters() - repeats.deadLetters()),
                status.lastFinished(),
                jobs,
                BatchUsage.of(costs),
                status.manifest().flatMap(ManifestStatus::estimatedEnd));
    }
}
