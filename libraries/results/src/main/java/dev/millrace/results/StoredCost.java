package dev.millrace.results;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.contracts.result.CostKind;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * A stored cost event, without the prices.
 *
 * @param isFinal true if the event ended the job
 * @param model catalog name; null if no model was selected
 * @param costUsd exact cost
 * @param savedUsd exact cost of the avoided call
 */
public record StoredCost(
        JobId jobId,
        boolean isFinal,
        @Nullable String model,
        CostKind kind,
        TokenUsage usage,
        BigDecimal costUsd,
        BigDecimal savedUsd) {}
