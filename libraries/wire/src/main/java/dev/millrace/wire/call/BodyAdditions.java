package dev.millrace.wire.call;

import dev.millrace.wire.prompt.PromptFields;
import org.jspecify.annotations.Nullable;

/**
 * What a call adds to the body of its job.
 *
 * @param maxOutputTokens output limit to add if the body has none; null for none
 * @param prompt fields for the cache of the provider
 */
public record BodyAdditions(@Nullable Long maxOutputTokens, PromptFields prompt) {}
