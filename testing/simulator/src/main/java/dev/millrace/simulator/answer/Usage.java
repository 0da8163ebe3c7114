package dev.millrace.simulator.answer;

/**
 * The billed tokens of one call.
 *
 * @param input prompt tokens, including cached tokens and cache writes
 * @param cachedInput prompt tokens read from the provider's prompt cache
 * @param cacheWrite prompt tokens written to the provider's prompt cache
 * @param output answer tokens, including reasoning
 * @param reasoning answer tokens spent on hidden reasoning
 */
public record Usage(int input, int cachedInput, int cacheWrite, int output, int reasoning) {
    /** No tokens. */
    public static final Usage NONE = new Usage(0, 0, 0, 0, 0);

    /** Returns the sum of input and output tokens. */
    public int total() {
        return input + output;
    }

    /** Returns this usage with fewer output tokens, for an answer that was cut off. */
    public Usage withOutput(int tokens) {
        return new Usage(input, cachedInput, cacheWrite, tokens, Math.min(reasoning, tokens));
    }
}
