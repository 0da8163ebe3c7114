package dev.millrace.simulator.answer;

/**
 * Tokens of one call as they are billed.
 *
 * @param input all tokens of the prompt, cached ones and cache writes included
 * @param cachedInput of these, read from the provider's prompt cache
 * @param cacheWrite of these, written to the provider's prompt cache
 * @param output all tokens of the answer, reasoning included
 * @param reasoning of these, spent on reasoning that is not shown
 */
public record Usage(int input, int cachedInput, int cacheWrite, int output, int reasoning) {
    /** Nothing used. */
    public static final Usage NONE = new Usage(0, 0, 0, 0, 0);

    /** Input and output. */
    public int total() {
        return input + output;
    }

    /** The same prompt with fewer tokens of output, for an answer that was cut off. */
    public Usage withOutput(int tokens) {
        return new Usage(input, cachedInput, cacheWrite, tokens, Math.min(reasoning, tokens));
    }
}
