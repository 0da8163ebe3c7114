package dev.millrace.store.result;

import dev.millrace.contracts.money.TokenUsage;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * The totals of one model within a batch.
 *
 * @param model catalog name; null for jobs that ended before a model was selected
 * @param jobs number of finished jobs
 * @param failed number of jobs that ended with an error
 * @param usage tokens of all attempts
 * @param billedUsd exact cost of billed attempts
 * @param uncertainUsd exact known cost of attempts that were possibly billed
 * @param uncertainAttempts number of attempts that were possibly billed
 * @param savedUsd exact cost of avoided calls
 */
public record ModelSummary(
        @Nullable String model,
        long jobs,
        long failed,
        TokenUsage usage,
        BigDecimal billedUsd,
        BigDecimal uncertainUsd,
        long uncertainAttempts,
        BigDecimal savedUsd) {}
