package dev.millrace.sink.store;

import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.contracts.money.Usd;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What became of a batch.
 *
 * @param results jobs that have ended, one way or the other
 * @param failedByError how many ended with each error code
 * @param deadLettersByReason how many records became no job, by reason
 * @param byModel in the order of their names, jobs without a model first
 * @param upstream durations of the last call of each job that was called
 * @param queued from submission to the last call's start, of each job that was called
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

    /** Jobs that ended with an error. */
    public long failed() {
        return sum(failedByError);
    }

    /** Jobs that ended without an error. */
    public long succeeded() {
        return results - failed();
    }

    /** Records that became no job. */
    public long deadLetters() {
        return sum(deadLettersByReason);
    }

    /** All tokens of all attempts. */
    public TokenUsage usage() {
        return byModel.stream().map(ModelSummary::usage).reduce(TokenUsage.NONE, TokenUsage::plus);
    }

    /** The exact sum of all billed attempts. */
    public BigDecimal billedUsd() {
        return money(ModelSummary::billedUsd);
    }

    /** The exact sum of what is known of attempts that may have been billed. */
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
