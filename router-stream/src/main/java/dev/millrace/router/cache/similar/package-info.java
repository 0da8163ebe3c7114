/**
 * Questions of the same meaning: which answers a question may get besides that to an identical one.
 *
 * <p>{@link dev.millrace.router.cache.similar.SimilarQuestions} belongs to the stream thread of a
 * task. Embeddings are computed by {@link dev.millrace.router.cache.similar.EmbeddingThread}, which
 * all tasks share. Depends on {@code cache.store}, contracts and the module {@code similarity}.
 *
 * <p>{@code docs/decisions/015-semantic-cache.md} has the reasons.
 */
@NullMarked
package dev.millrace.router.cache.similar;

import org.jspecify.annotations.NullMarked;
