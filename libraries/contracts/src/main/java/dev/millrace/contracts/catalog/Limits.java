package dev.millrace.contracts.catalog;

import static dev.millrace.yaml.problem.Violation.require;

import java.util.OptionalLong;

/**
 * Rate and concurrency limits of one model, one provider or all calls, shared by the whole
 * pipeline. Each limit is 1 or more; an absent limit means unlimited.
 *
 * @param requestsPerSecond calls started per second
 * @param requestsPerMinute calls started per minute
 * @param tokensPerMinute input and output tokens per minute
 * @param inputTokensPerMinute input tokens per minute
 * @param outputTokensPerMinute output tokens per minute
 * @param concurrency calls in flight at once
 * @param burst calls that may start at once after a pause instead of evenly, within the request
 *     limits; absent: the calls of a fraction of a second
 */
public record Limits(
        OptionalLong requestsPerSecond,
        OptionalLong requestsPerMinute,
        OptionalLong tokensPerMinute,
        OptionalLong inputTokensPerMinute,
        OptionalLong outputTokensPerMinute,
        OptionalLong concurrency,
        OptionalLong burst) {
    /** No limit at all. */
    public static final Limits NONE =
            new Limits(
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    OptionalLong.empty());

    public Limits {
        requirePositive("requests_per_second", requestsPerSecond);
        requirePositive("requests_per_minute", requestsPerMinute);
        requirePositive("tokens_per_minute", tokensPerMinute);
        requirePositive("input_tokens_per_minute", inputTokensPerMinute);
        requirePositive("output_tokens_per_minute", outputTokensPerMinute);
        requirePositive("concurrency", concurrency);
        requirePositive("burst", burst);
    }

    /** Returns a copy of these limits with another burst. */
    public Limits withBurst(OptionalLong calls) {
        return new Limits(
                requestsPerSecond,
                requestsPerMinute,
                tokensPerMinute,
                inputTokensPerMinute,
                outputTokensPerMinute,
                concurrency,
                calls);
    }

    private static void requirePositive(String key, OptionalLong limit) {
        require(limit.orElse(1) >= 1, key, "must be 1 or more, was " + limit.orElse(1));
    }
}
