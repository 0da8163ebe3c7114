package dev.millrace.similarity.chunk;

/**
 * The size of passages.
 *
 * @param tokens most tokens of a passage, at least 16
 * @param overlap most tokens that a passage repeats from the previous one, from 0 to a quarter of
 *     {@code tokens}
 */
public record ChunkSizes(int tokens, int overlap) {
    /** 400 tokens, of which at most 40 are repeated. */
    public static final ChunkSizes DEFAULT = new ChunkSizes(400, 40);

    private static final int MIN_TOKENS = 16;

    public ChunkSizes {
        if (tokens < MIN_TOKENS) {
            throw new IllegalArgumentException(
                    "tokens must be at least " + MIN_TOKENS + ", was " + tokens);
        }
        if (overlap < 0 || overlap > tokens / 4) {
            throw new IllegalArgumentException(
                    "overlap must be 0 to a quarter of tokens, was " + overlap);
        }
    }
}
