package dev.millrace.simulator.settings;

import java.time.Duration;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a model takes before it answers 429. A minute's worth refills continuously.
 *
 * @param requestsPerMinute 0 = without limit
 * @param tokensPerMinute input and output together; 0 = without limit
 * @param inputTokensPerMinute 0 = without limit
 * @param outputTokensPerMinute 0 = without limit
 * @param concurrency calls under way at once; 0 = without limit
 * @param burst how much of a limit may be used at once after a pause, 1 ms to 1 h; one minute as
 *     providers do
 */
public record Limits(
        int requestsPerMinute,
        long tokensPerMinute,
        long inputTokensPerMinute,
        long outputTokensPerMinute,
        int concurrency,
        Duration burst) {
    /** No limit at all. */
    public static final Limits NONE = new Limits(0, 0, 0, 0, 0, Duration.ofMinutes(1));

    private static final long MOST = 1_000_000_000_000L;

    public Limits {
        new Checks()
                .range("requests_per_minute", requestsPerMinute, 0, Integer.MAX_VALUE)
                .range("tokens_per_minute", tokensPerMinute, 0, MOST)
                .range("input_tokens_per_minute", inputTokensPerMinute, 0, MOST)
                .range("output_tokens_per_minute", outputTokensPerMinute, 0, MOST)
                .range("concurrency", concurrency, 0, Integer.MAX_VALUE)
                .duration("burst", burst, Duration.ofHours(1))
                .require(burst.toMillis() >= 1, "burst", "must be at least 1ms")
                .done();
    }

    static Limits read(SettingsNode node, Limits base) {
        int requests = node.integer("requests_per_minute", base.requestsPerMinute);
        long tokens = node.longInteger("tokens_per_minute", base.tokensPerMinute);
        long input = node.longInteger("input_tokens_per_minute", base.inputTokensPerMinute);
        long output = node.longInteger("output_tokens_per_minute", base.outputTokensPerMinute);
        int concurrency = node.integer("concurrency", base.concurrency);
        Duration burst = node.duration("burst", base.burst);
        node.done();
        return node.build(
                "", () -> new Limits(requests, tokens, input, output, concurrency, burst), base);
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
