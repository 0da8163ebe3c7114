package dev.millrace.traces;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.result.AttemptCost;
import dev.millrace.contracts.result.ProviderBody;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A call that has ended.
 *
 * @param attempt number of the call, from 1
 * @param model the model as it was called, possibly at a cheaper tier
 * @param firstToken time from the start to the first content of a streamed answer; null for others
 * @param error null if the provider answered
 * @param status HTTP status; null if the provider did not respond
 * @param cost null if nothing was billed
 * @param request the job's batch line; shared, must not be modified
 * @param answer the provider's response; null if there is none
 */
public record TracedCall(
        int attempt,
        Model model,
        Instant start,
        Duration took,
        @Nullable Duration firstToken,
        @Nullable ErrorCode error,
        @Nullable Integer status,
        @Nullable AttemptCost cost,
        byte[] request,
        @Nullable ProviderBody answer) {}
