package dev.millrace.similarity.prompt;

import dev.millrace.similarity.embedding.EmbeddingModel;
import java.util.Optional;

/** Limits the length of prompts, because one embedding cannot represent a long text. */
public final class PromptTokens {
    /** Most tokens of a prompt, with the two of its start and end. */
    public static final int MAX = 128;

    private PromptTokens() {}

    /** Returns the tokens of a prompt for {@link EmbeddingModel#embed}; empty if it is too long. */
    public static Optional<long[]> of(EmbeddingModel model, String text) {
        long[] tokens = model.tokens(text, MAX + 1);
        return tokens.length <= MAX ? Optional.of(tokens) : Optional.empty();
    }
}
