package dev.millrace.simulator.settings;

import static dev.millrace.simulator.settings.Bounds.requireAtMost;
import static dev.millrace.simulator.settings.Bounds.requireRange;
import static dev.millrace.yaml.problem.Violation.require;

import dev.millrace.yaml.binding.Durations;
import java.time.Duration;
import java.util.Locale;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The limits of a model or an account, beyond which the provider answers 429.
 *
 * @param requestsPerMinute 0 = unlimited
 * @param tokensPerMinute input plus output tokens; 0 = unlimited
 * @param inputTokensPerMinute 0 = unlimited
 * @param outputTokensPerMinute 0 = unlimited
 * @param requestsPerSecond in any second; 0 = unlimited
 * @param tokensPerSecond input plus output tokens in any second; 0 = unlimited
 * @param concurrency concurrent calls; 0 = unlimited
 * @param window how limits per minute count
 * @param burst for {@link Window#BUCKET}, share of a limit that can be used at once after a pause,
 *     given as its refill time, 1 ms to 1 h; providers use one minute
 * @param headers true if answers have headers with the state of the limits
 */
public record LimitSettings(
        int requestsPerMinute,
        long tokensPerMinute,
        long inputTokensPerMinute,
        long outputTokensPerMinute,
        int requestsPerSecond,
        long tokensPerSecond,
        int concurrency,
        Window window,
        Duration burst,
        boolean headers) {
    /** No limits. */
    public static final LimitSettings NONE =
            new LimitSettings(0, 0, 0, 0, 0, 0, 0, Window.BUCKET, Duration.ofMinutes(1), true);

    /** How a limit per minute counts. */
    public enum Window {
        /** A bucket that refills continuously. */
        BUCKET,
        /** The amounts of any sixty seconds are within the limit. */
        SLIDING
    }

    private static final long MAX_TOKENS = 1_000_000_000_000L;

    public LimitSettings {
        requireRange("requests_per_minute", requestsPerMinute, 0, Integer.MAX_VALUE);
        requireRange("tokens_per_minute", tokensPerMinute, 0, MAX_TOKENS);
        requireRange("input_tokens_per_minute", inputTokensPerMinute, 0, MAX_TOKENS);
        requireRange("output_tokens_per_minute", outputTokensPerMinute, 0, MAX_TOKENS);
        requireRange("requests_per_second", requestsPerSecond, 0, Integer.MAX_VALUE);
        requireRange("tokens_per_second", tokensPerSecond, 0, MAX_TOKENS);
        requireRange("concurrency", concurrency, 0, Integer.MAX_VALUE);
        requireAtMost("burst", burst, Duration.ofHours(1));
        require(burst.toMillis() >= 1, "burst", "must be at least 1ms");
    }

    /** Returns all limits in the form of the settings. */
    public ObjectNode toJson() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("requests_per_minute", requestsPerMinute)
                .put("tokens_per_minute", tokensPerMinute)
                .put("input_tokens_per_minute", inputTokensPerMinute)
                .put("output_tokens_per_minute", outputTokensPerMinute)
                .put("requests_per_second", requestsPerSecond)
                .put("tokens_per_second", tokensPerSecond)
                .put("concurrency", concurrency)
                .put("window", window.name().toLowerCase(Locale.ROOT))
                .put("burst", Durations.format(burst))
                .put("headers", headers);
    }
}
