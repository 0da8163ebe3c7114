package dev.millrace.store.result;

import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.contracts.money.Usd;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The totals of a batch.
 *
 * @param results number of finished jobs, including failed ones
 * @param failedByError number of failed jobs by error code
 * @param deadLettersByReason number of records that did not become a job, by reason
 * @param byModel totals by model name in alphabetical order; jobs without a model first
 * @param upstream durations of the last call of each job with a call
 * @param queued durations from submission to the start of the last call, of each job with a call
 */
public record BatchSummary(
        long results,
        SortedMap<String, Long> failedByError,
        SortedMap<String, Long> deadLettersByReason,
        List<ModelSummary> byModel,
        Percentiles upstream,
        Percentiles queued) {
    public BatchSummary {
        failedByError = Collections.unmodifiableSortedMap(new TreeMap<>(failedByError));
        deadLettersByReason = Collections.unmodifiableSortedMap(new TreeMap<>(deadLettersByReason));
        byModel = List.copyOf(byModel);
    }

    /** Returns the number of jobs that ended with an error. */
    public long failed() {
        return sum(failedByError);
    }

    /** Returns the number of jobs that ended without an error. */
    public long succeeded() {
        return results - failed();
    }

    /** Returns the number of records that did not become a job. */
    public long deadLetters() {
        return sum(deadLettersByReason);
    }

    /** Returns the tokens of all attempts. */
    public TokenUsage usage() {
        return byModel.stream().map(ModelSummary::usage).reduce(TokenUsage.NONE, TokenUsage::plus);
    }

    /** Returns the exact cost of all billed attempts. */
    public BigDecimal billedUsd() {
        return money(ModelSummary::billedUsd);
    }

    /** Returns the exact known cost of attempts that were possibly billed. */
    public BigDecimal uncertainUsd() {
        return money(ModelSummary::uncertainUsd);
    }

    private BigDecimal money(Function<ModelSummary, BigDecimal> amount) {
        return Usd.normalised(
                byModel.stream().map(amount).reduce(BigDecimal.ZERO, BigDecimal::add));
    }

    private static long sum(SortedMap<String, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }
}
