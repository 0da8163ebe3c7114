package dev.millrace.simulator.answer;

/**
 * The billed tokens of one call.
 *
 * @param input prompt tokens, including cached tokens and cache writes
 * @param cachedInput prompt tokens read from the provider's prompt cache
 * @param cacheWrite prompt tokens written to the provider's prompt cache
 * @param output answer tokens, including reasoning
 * @param reasoning answer tokens spent on hidden reasoning
 * @param flex true if the prices of the flex tier apply
 */
public record Usage(
        int input, int cachedInput, int cacheWrite, int output, int reasoning, boolean flex) {
    /** No tokens. */
    public static final Usage NONE = new Usage(0, 0, 0, 0, 0, false);

    /** Returns the sum of input and output tokens. */
    public int total() {
        return input + output;
    }

    /** Returns this usage with fewer output tokens, for an answer that was cut off. */
    public Usage withOutput(int tokens) {
        return new Usage(input, cachedInput, cacheWrite, tokens, Math.min(reasoning, tokens), flex);
    }

    /** Returns this usage with other tokens read from and written to the prompt cache. */
    public Usage withCache(int read, int written) {
        return new Usage(input, read, written, output, reasoning, flex);
    }

    /** Returns this usage at the prices of the flex tier. */
    public Usage atFlex() {
        return new Usage(input, cachedInput, cacheWrite, output, reasoning, true);
    }

    /** Returns the name of the tier in OpenAI's answers. */
    public String serviceTier() {
        return flex ? "flex" : "default";
    }
}
