package dev.millrace.standalone.run;

import java.math.BigDecimal;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What a run came to: {@code jobs = succeeded + failed + deadLetters}. Money and tokens are those
 * of calls whose outcome this run saw; what reused lines cost earlier stands by itself.
 *
 * @param jobs lines of the input that have their outcome, blank ones left out
 * @param reused lines whose outcome was in the store before this run
 * @param uncertain attempts of which nobody knows whether they were billed
 * @param firstResultMs from the start of the program; null when this run saw no result
 * @param upstreamP50Ms median duration of a job's last call, in milliseconds
 * @param queueP50Ms median time from submission to the last call's start, in milliseconds
 * @param byError failed jobs and dead letters by the code of the taxonomy
 * @param letters the first dead letters, in input order
 * @param complete whether every line has its outcome; otherwise the run was stopped
 */
public record Summary(
        long jobs,
        long succeeded,
        long failed,
        long deadLetters,
        long reused,
        long uncertain,
        long inputTokens,
        long outputTokens,
        BigDecimal costUsd,
        BigDecimal reusedCostUsd,
        long durationMs,
        @Nullable Long firstResultMs,
        long upstreamP50Ms,
        long upstreamP95Ms,
        long queueP50Ms,
        long queueP95Ms,
        String output,
        List<ModelSummary> byModel,
        SortedMap<String, Long> byError,
        List<Letter> letters,
        boolean complete) {

    /** A line that became a dead letter. */
    public record Letter(String file, long line, String reason, String message) {}
}
