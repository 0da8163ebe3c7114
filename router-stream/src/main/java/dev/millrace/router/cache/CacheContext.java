package dev.millrace.router.cache;

import java.util.function.Supplier;
import org.apache.kafka.common.Uuid;

/**
 * The collaborators of the cache, shared by all stream threads.
 *
 * @param limits limits of one task
 * @param similar answers similar questions
 * @param partitions number of tasks
 * @param metrics counts for all tasks
 * @param lookupsTopic looks up the id of the lookups topic, and can block
 * @param answersTopic looks up the id of the answers topic, and can block
 */
public record CacheContext(
        CacheLimits limits,
        SimilarAnswers similar,
        int partitions,
        CacheMetrics metrics,
        Supplier<Uuid> lookupsTopic,
        Supplier<Uuid> answersTopic) {
    SimilarAnswers.Task openSimilar(LookupDecisions lookups) {
        return similar.open(lookups, partitions);
    }
}
