package dev.millrace.router.cache.similar;

/**
 * The collaborators of similar questions, shared by all stream threads.
 *
 * @param limits limits of one task
 * @param embedder computes embeddings
 */
public record SimilarContext(SimilarLimits limits, QuestionEmbedder embedder) {}
