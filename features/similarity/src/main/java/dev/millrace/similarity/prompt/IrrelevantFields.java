package dev.millrace.similarity.prompt;

import java.util.Set;

/** Fields of a request's body that can differ between requests with one answer. */
public final class IrrelevantFields {
    /** Fields that the cache key or the call replaces. */
    public static final Set<String> REPLACED = Set.of("model", "stream", "stream_options");

    /** Fields that change neither the answer nor its use, unless the answer repeats them. */
    public static final Set<String> UNUSED =
            Set.of(
                    "metadata",
                    "user",
                    "safety_identifier",
                    "service_tier",
                    "prompt_cache_key",
                    "prompt_cache_retention");

    private IrrelevantFields() {}
}
