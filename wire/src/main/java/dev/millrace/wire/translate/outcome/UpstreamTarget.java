package dev.millrace.wire.translate.outcome;

/**
 * The model that a translated request is for.
 *
 * @param model the provider's name of the model
 * @param limitKey the called endpoint's key that limits output tokens
 * @param defaultMaxTokens limit on output tokens where the job gives none and messages require one,
 *     at least 1
 */
public record UpstreamTarget(String model, String limitKey, long defaultMaxTokens) {}
