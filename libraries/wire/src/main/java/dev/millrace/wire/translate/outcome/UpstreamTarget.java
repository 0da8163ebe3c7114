package dev.millrace.wire.translate.outcome;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The model that a translated request is for.
 *
 * @param model the provider's name of the model
 * @param limitKey the called endpoint's key that limits output tokens
 * @param defaultMaxTokens limit on output tokens where the job gives none and messages require one,
 *     at least 1
 * @param toolCallIds ids of tool calls that the model accepts; empty for the usual ids of the
 *     called endpoint
 */
public record UpstreamTarget(
        String model, String limitKey, long defaultMaxTokens, Optional<Pattern> toolCallIds) {}
