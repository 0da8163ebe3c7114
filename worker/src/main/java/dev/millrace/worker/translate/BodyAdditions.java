package dev.millrace.worker.translate;

import org.jspecify.annotations.Nullable;

/**
 * What a call adds to the body of its job.
 *
 * @param maxOutputTokens output limit to add if the body has none; null for none
 * @param fields fields for the cache of the provider
 */
public record BodyAdditions(@Nullable Long maxOutputTokens, AddedFields fields) {}
