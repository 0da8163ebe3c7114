package dev.millrace.router.cache.similar;

import dev.millrace.similarity.index.SimilarityIndex;

/**
 * A question that similar ones are looked for.
 *
 * @param text what the user asks
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
