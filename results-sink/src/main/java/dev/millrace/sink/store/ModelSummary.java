package dev.millrace.sink.store;

import dev.millrace.contracts.money.TokenUsage;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What one model has done for a batch.
 *
 * @param model by its catalog name; null for jobs that ended before one was chosen
 * @param jobs that ended with it
 * @param failed those of them that ended with an error
 * @param usage of all attempts
 * @param billedUsd the sum of billed attempts, exact
 * @param uncertainUsd the sum of what is known of attempts that may have been billed, exact
 * @param uncertainAttempts how many attempts may or may not have been billed
 * @param savedUsd the sum of what calls would have cost that were not made, exact
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
