package dev.millrace.contracts.catalog;

import static dev.millrace.yaml.problem.Violation.require;

import java.util.OptionalLong;
import java.util.stream.DoubleStream;

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
    private static final double SECOND = 1;
    private static final double MINUTE = 60;

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

    /**
     * Returns the shortest time in seconds in which the limits on rates allow calls; 0 without such
     * limits. A burst that limits allow at the beginning is not subtracted.
     *
     * @param calls number of calls
     * @param inputTokens of all calls
     * @param outputTokens of all calls
     */
    public double leastSeconds(double calls, double inputTokens, double outputTokens) {
        return DoubleStream.of(
                        seconds(requestsPerSecond, calls, SECOND),
                        seconds(requestsPerMinute, calls, MINUTE),
                        seconds(tokensPerMinute, inputTokens + outputTokens, MINUTE),
                        seconds(inputTokensPerMinute, inputTokens, MINUTE),
                        seconds(outputTokensPerMinute, outputTokens, MINUTE))
                .max()
                .orElse(0);
    }

    private static double seconds(OptionalLong limit, double amount, double period) {
        return limit.isEmpty() ? 0 : amount * period / limit.getAsLong();
    }

    private static void requirePositive(String key, OptionalLong limit) {
        require(limit.orElse(1) >= 1, key, "must be 1 or more, was " + limit.orElse(1));
    }
}
