package dev.millrace.retrieval.embedding;

import dev.millrace.similarity.embedding.EmbeddingModel;
import dev.millrace.similarity.embedding.EmbeddingTokens;
import org.jspecify.annotations.Nullable;

/**
 * Counts the tokens of passages as {@link LocalEmbedder} does, without loading its model. Loads the
 * vocabulary at the first text. Thread-safe.
 */
public final class PassageTokens {
    private static final int START_AND_END = 2;

    /** Highest number of tokens that is counted exactly. */
    public static final int MAX_TOKENS = EmbeddingModel.MAX_TOKENS - START_AND_END - 1;

    private @Nullable EmbeddingTokens tokens;

    /** Creates a counter without loading the vocabulary. */
    public PassageTokens() {}

    /** Returns the number of tokens of a text; any number above the most is one more. */
    public int count(String text) {
        return loaded().count(text, EmbeddingModel.MAX_TOKENS) - START_AND_END;
    }

    private synchronized EmbeddingTokens loaded() {
        if (tokens == null) {
            tokens = new EmbeddingTokens();
        }
        return tokens;
    }
}
