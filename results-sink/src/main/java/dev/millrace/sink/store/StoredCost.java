package dev.millrace.sink.store;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.contracts.result.CostKind;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What a cost event says, without the prices.
 *
 * @param isFinal whether the job has ended with it
 * @param model by its catalog name; null when none was chosen
 * @param costUsd exact
 */
public record StoredCost(
        JobId jobId,
        boolean isFinal,
        @Nullable String model,
        CostKind kind,
        TokenUsage usage,
        BigDecimal costUsd) {}
