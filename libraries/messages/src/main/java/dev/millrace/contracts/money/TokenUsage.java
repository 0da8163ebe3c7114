package dev.millrace.contracts.money;

import static dev.millrace.yaml.problem.Violation.require;

/**
 * The tokens of one call, normalised over the counting rules of providers.
 *
 * @param inputTokens all input tokens, including tokens read from or written to a prompt cache
 * @param cachedInputTokens input tokens read from a prompt cache
 * @param cacheWriteTokens input tokens written to a prompt cache
 * @param cacheWriteHourTokens cache-write tokens that the cache keeps for an hour instead of
 *     minutes
 * @param outputTokens all output tokens, including reasoning
 * @param reasoningTokens output tokens used for reasoning
 */
public record TokenUsage(
        long inputTokens,
        long cachedInputTokens,
        long cacheWriteTokens,
        long cacheWriteHourTokens,
        long outputTokens,
        long reasoningTokens) {
    /** Zero tokens. */
    public static final TokenUsage NONE = new TokenUsage(0, 0, 0, 0, 0);

    public TokenUsage {
        requireCount("input_tokens", inputTokens);
        requireCount("cached_input_tokens", cachedInputTokens);
        requireCount("cache_write_tokens", cacheWriteTokens);
        requireCount("cache_write_1h_tokens", cacheWriteHourTokens);
        requireCount("output_tokens", outputTokens);
        requireCount("reasoning_tokens", reasoningTokens);
        require(
                cachedInputTokens <= inputTokens
                        && cacheWriteTokens <= inputTokens - cachedInputTokens,
                "input_tokens",
                "must include the cached and cache-write tokens, was " + inputTokens);
        require(
                cacheWriteHourTokens <= cacheWriteTokens,
                "cache_write_tokens",
                "must include the one-hour cache-write tokens, was " + cacheWriteTokens);
        require(
                reasoningTokens <= outputTokens,
                "output_tokens",
                "must include the reasoning tokens, was " + outputTokens);
    }

    /** Creates a usage without one-hour cache writes. */
    public TokenUsage(
            long inputTokens,
            long cachedInputTokens,
            long cacheWriteTokens,
            long outputTokens,
            long reasoningTokens) {
        this(inputTokens, cachedInputTokens, cacheWriteTokens, 0, outputTokens, reasoningTokens);
    }

    /** Creates a usage without cache or reasoning tokens. */
    public static TokenUsage of(long inputTokens, long outputTokens) {
        return new TokenUsage(inputTokens, 0, 0, outputTokens, 0);
    }

    /** Returns the sum of input and output tokens. */
    public long totalTokens() {
        return Math.addExact(inputTokens, outputTokens);
    }

    /** Returns the input tokens that were neither read from nor written to a cache. */
    public long uncachedInputTokens() {
        return inputTokens - cachedInputTokens - cacheWriteTokens;
    }

    /** Returns the tokens written to a cache with the default lifetime of minutes. */
    public long cacheWriteMinutesTokens() {
        return cacheWriteTokens - cacheWriteHourTokens;
    }

    /**
     * Returns the sum of this usage and another.
     *
     * @throws ArithmeticException if a count exceeds a {@code long}
     */
    public TokenUsage plus(TokenUsage other) {
        return new TokenUsage(
                Math.addExact(inputTokens, other.inputTokens),
                Math.addExact(cachedInputTokens, other.cachedInputTokens),
                Math.addExact(cacheWriteTokens, other.cacheWriteTokens),
                Math.addExact(cacheWriteHourTokens, other.cacheWriteHourTokens),
                Math.addExact(outputTokens, other.outputTokens),
                Math.addExact(reasoningTokens, other.reasoningTokens));
    }

    private static void requireCount(String key, long count) {
        require(count >= 0, key, "must be 0 or more, was " + count);
    }
}
