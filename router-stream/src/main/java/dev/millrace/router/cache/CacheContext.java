package dev.millrace.router.cache;

import dev.millrace.router.cache.similar.SimilarContext;
import java.util.function.Supplier;
import org.apache.kafka.common.Uuid;

/**
 * The collaborators of the cache, shared by all stream threads.
 *
 * @param limits limits of one task
 * @param similar settings and embeddings of similar questions
 * @param metrics counts for all tasks
 * @param lookupsTopic looks up the id of the lookups topic, and can block
 * @param answersTopic looks up the id of the answers topic, and can block
 */
public record CacheContext(
        CacheLimits limits,
        SimilarContext similar,
        CacheMetrics metrics,
        Supplier<Uuid> lookupsTopic,
        Supplier<Uuid> answersTopic) {}
