package dev.millrace.contracts.money;

import static dev.millrace.contracts.Violation.require;

/**
 * The tokens of one call, normalised over the providers' ways to count.
 *
 * @param inputTokens all input tokens, those read from and written to a prompt cache included
 * @param cachedInputTokens the part of the input that was read from a prompt cache
 * @param cacheWriteTokens the part of the input that was written to a prompt cache
 * @param cacheWriteHourTokens the part of these that a cache keeps for an hour, instead of minutes
 * @param outputTokens all output tokens, reasoning included
 * @param reasoningTokens the part of the output that was reasoning
 */
public record TokenUsage(
        long inputTokens,
        long cachedInputTokens,
        long cacheWriteTokens,
        long cacheWriteHourTokens,
        long outputTokens,
        long reasoningTokens) {
    /** No token at all. */
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
                "must contain the cached and cache-write tokens, was " + inputTokens);
        require(
                cacheWriteHourTokens <= cacheWriteTokens,
                "cache_write_tokens",
                "must contain those for an hour, was " + cacheWriteTokens);
        require(
                reasoningTokens <= outputTokens,
                "output_tokens",
                "must contain the reasoning tokens, was " + outputTokens);
    }

    /** A usage without cache writes for an hour. */
    public TokenUsage(
            long inputTokens,
            long cachedInputTokens,
            long cacheWriteTokens,
            long outputTokens,
            long reasoningTokens) {
        this(inputTokens, cachedInputTokens, cacheWriteTokens, 0, outputTokens, reasoningTokens);
    }

    /** A usage without cache or reasoning. */
    public static TokenUsage of(long inputTokens, long outputTokens) {
        return new TokenUsage(inputTokens, 0, 0, outputTokens, 0);
    }

    /** Input and output together. */
    public long totalTokens() {
        return Math.addExact(inputTokens, outputTokens);
    }

    /** Input tokens that were neither read from nor written to a cache. */
    public long uncachedInputTokens() {
        return inputTokens - cachedInputTokens - cacheWriteTokens;
    }

    /** Tokens written to a cache that keeps them for minutes, as caches do by default. */
    public long cacheWriteMinutesTokens() {
        return cacheWriteTokens - cacheWriteHourTokens;
    }

    /**
     * The sum of two usages.
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
