package dev.millrace.similarity.embedding;

/** Counts the tokens of texts as {@link EmbeddingModel} does, without its weights. Thread-safe. */
public final class EmbeddingTokens {
    private final WordPieceTokenizer tokenizer =
            new WordPieceTokenizer(Vocabulary.read(EmbeddingModel.VOCABULARY));

    /** Loads the vocabulary. */
    public EmbeddingTokens() {}

    /**
     * Returns the number of tokens of a text, including the start and end tokens.
     *
     * @param most limit at which counting stops, from 2 to {@link EmbeddingModel#MAX_TOKENS}
     */
    public int count(String text, int most) {
        return tokenizer.tokenize(text, most).length;
    }
}
