package dev.millrace.simulator.settings;

import static dev.millrace.reader.problem.Violation.require;
import static dev.millrace.simulator.settings.Bounds.requireAtMost;
import static dev.millrace.simulator.settings.Bounds.requireRange;

import dev.millrace.reader.binding.Durations;
import java.time.Duration;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The limits of a model, beyond which the provider answers 429. Limits per minute refill
 * continuously.
 *
 * @param requestsPerMinute 0 = unlimited
 * @param tokensPerMinute input plus output tokens; 0 = unlimited
 * @param inputTokensPerMinute 0 = unlimited
 * @param outputTokensPerMinute 0 = unlimited
 * @param concurrency concurrent calls; 0 = unlimited
 * @param burst share of a limit that may be used at once after a pause, given as the time in which
 *     it refills, 1 ms to 1 h; providers use one minute
 */
public record LimitSettings(
        int requestsPerMinute,
        long tokensPerMinute,
        long inputTokensPerMinute,
        long outputTokensPerMinute,
        int concurrency,
        Duration burst) {
    /** No limits. */
    public static final LimitSettings NONE =
            new LimitSettings(0, 0, 0, 0, 0, Duration.ofMinutes(1));

    private static final long MAX_TOKENS = 1_000_000_000_000L;

    public LimitSettings {
        requireRange("requests_per_minute", requestsPerMinute, 0, Integer.MAX_VALUE);
        requireRange("tokens_per_minute", tokensPerMinute, 0, MAX_TOKENS);
        requireRange("input_tokens_per_minute", inputTokensPerMinute, 0, MAX_TOKENS);
        requireRange("output_tokens_per_minute", outputTokensPerMinute, 0, MAX_TOKENS);
        requireRange("concurrency", concurrency, 0, Integer.MAX_VALUE);
        requireAtMost("burst", burst, Duration.ofHours(1));
        require(burst.toMillis() >= 1, "burst", "must be at least 1ms");
    }

    ObjectNode toJson() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("requests_per_minute", requestsPerMinute)
                .put("tokens_per_minute", tokensPerMinute)
                .put("input_tokens_per_minute", inputTokensPerMinute)
                .put("output_tokens_per_minute", outputTokensPerMinute)
                .put("concurrency", concurrency)
                .put("burst", Durations.format(burst));
    }
}
