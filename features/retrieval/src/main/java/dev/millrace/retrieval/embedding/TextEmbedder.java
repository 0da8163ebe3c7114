package dev.millrace.retrieval.embedding;

import java.util.List;

/** Counts the tokens of texts and turns texts into vectors of length 1. Thread-safe. */
public interface TextEmbedder {
    /** Returns the name of the model. An index keeps vectors of one model only. */
    String model();

    /** Returns the most tokens of a text that count for its vector. */
    int maxTokens();

    /**
     * Returns the number of tokens of a text, without the start and end tokens. A number above
     * {@link #maxTokens} is reported as any number above {@link #maxTokens}.
     */
    int tokens(String text);

    /** Returns the vector of a text, of length 1. Tokens above {@link #maxTokens} are ignored. */
    float[] embed(String text);

    /** Returns the vectors of several texts in their order. */
    default List<float[]> embedAll(List<String> texts) {
        return texts.stream().map(this::embed).toList();
    }
}
