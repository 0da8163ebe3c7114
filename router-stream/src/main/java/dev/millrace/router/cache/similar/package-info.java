/**
 * Questions of equal meaning: the answers that a question can get from similar questions.
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
