package dev.millrace.router.cache.similar;

import dev.millrace.similarity.index.SimilarityIndex;

/**
 * A question for which similar ones are searched.
 *
 * @param text the user's question
 * @param embedding its embedding; must not be modified
 */
public record Question(String text, float[] embedding) {
    /**
     * @throws IllegalArgumentException if no index accepts the embedding
     */
    public Question {
        if (!SimilarityIndex.accepts(embedding)) {
            throw new IllegalArgumentException("the embedding has no direction");
        }
    }
}
