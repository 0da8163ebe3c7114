package dev.millrace.retrieval.job;

import org.jspecify.annotations.Nullable;

/**
 * The search text of a job.
 *
 * @param apiKey id of the API key whose budget pays; null for none
 */
public record SearchText(String tenant, @Nullable String apiKey, String text) {}
