/**
 * Finds the stored embeddings nearest to an embedding: {@code SimilarityIndex}, one for each
 * namespace of a cache. Searches are exact. An index belongs to one thread at a time.
 *
 * <p>{@code docs/decisions/015-semantic-cache.md} has the reasons.
 */
@NullMarked
package dev.millrace.similarity.index;

import org.jspecify.annotations.NullMarked;
