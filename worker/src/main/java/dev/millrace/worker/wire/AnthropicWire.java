package dev.millrace.worker.wire;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.money.TokenUsage;
import java.util.Map;
import java.util.Optional;

/** The Anthropic Messages API, and the providers that offer it. */
final class AnthropicWire implements WireAdapter {
    static final AnthropicWire INSTANCE = new AnthropicWire();

    private static final String API_VERSION = "2023-06-01";

    private AnthropicWire() {}

    @Override
    public String path(Endpoint endpoint) {
        return endpoint.url();
    }

    @Override
    public String keyHeader() {
        return "x-api-key";
    }

    @Override
    public Map<String, String> headers() {
        return Map.of("anthropic-version", API_VERSION);
    }

    @Override
    public String contentKey(Endpoint endpoint) {
        return "content";
    }

    /**
     * {@inheritDoc}
     *
     * <p>{@code input_tokens} excludes tokens that a cache read or wrote. Written tokens are
     * reported in total and, in later API versions, by their time to live; thinking tokens are part
     * of the output.
     */
    @Override
    public Optional<TokenUsage> usage(Endpoint endpoint, TokenCounts counts) {
        if (!counts.has("input_tokens") || !counts.has("output_tokens")) {
            return Optional.empty();
        }
        long cached = counts.get("cache_read_input_tokens");
        long hour = counts.get("cache_creation.ephemeral_1h_input_tokens");
        long minutes = counts.get("cache_creation.ephemeral_5m_input_tokens");
        long written = Math.max(counts.get("cache_creation_input_tokens"), minutes + hour);
        long output = counts.get("output_tokens");
        long thinking = counts.get("output_tokens_details.thinking_tokens");
        return Optional.of(
                new TokenUsage(
                        counts.get("input_tokens") + cached + written,
                        cached,
                        written,
                        hour,
                        output,
                        Math.min(thinking, output)));
    }
}
