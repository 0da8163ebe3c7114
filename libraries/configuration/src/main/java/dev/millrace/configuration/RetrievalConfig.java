package dev.millrace.configuration;

import static dev.millrace.yaml.problem.Violation.require;

import java.util.Optional;

/**
 * The {@code retrieval} section: how documents are indexed.
 *
 * @param index folder of the indexes; a process that finds it in use takes the next free one
 * @param embeddings what computes the vectors: {@code local}, in the process, or a model of the
 *     catalog
 * @param chunk size of the passages
 */
public record RetrievalConfig(String index, String embeddings, Chunk chunk) {
    /** The embeddings that are computed in the process. */
    public static final String LOCAL = "local";

    /** The default settings. */
    public static final RetrievalConfig DEFAULT =
            new RetrievalConfig(".millrace/index", LOCAL, new Chunk(400, 40));

    public RetrievalConfig {
        require(!index.isBlank(), "index", "must name a folder");
        require(!embeddings.isBlank(), "embeddings", "must be local or a model of embeddings");
    }

    /** Returns the model of the catalog that computes the vectors; empty if the process does. */
    public Optional<String> model() {
        return embeddings.equals(LOCAL) ? Optional.empty() : Optional.of(embeddings);
    }

    /**
     * The size of passages, in tokens of the embedding model.
     *
     * @param tokens most tokens of a passage, from 16 to 509
     * @param overlap most tokens that a passage repeats of the one before, at most a quarter of
     *     {@code tokens}
     */
    public record Chunk(int tokens, int overlap) {
        private static final int MIN_TOKENS = 16;
        private static final int MAX_TOKENS = 509;

        public Chunk {
            require(
                    tokens >= MIN_TOKENS && tokens <= MAX_TOKENS,
                    "tokens",
                    "must be " + MIN_TOKENS + ".." + MAX_TOKENS + ", was " + tokens);
            require(
                    overlap >= 0 && overlap <= tokens / 4,
                    "overlap",
                    "must be 0 to a quarter of tokens, was " + overlap);
        }
    }
}
