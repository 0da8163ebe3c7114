package dev.millrace.wire.translate.outcome;

/**
 * The model that a translated request is for.
 *
 * @param model the provider's name of the model
 * @param limitKey the chat completions key that limits output tokens: {@code max_tokens} or {@code
 *     max_completion_tokens}; ignored for messages, which have one key only
 * @param defaultMaxTokens limit on output tokens where the job gives none and messages require one,
 *     at least 1
 */
public record UpstreamTarget(String model, String limitKey, long defaultMaxTokens) {}
