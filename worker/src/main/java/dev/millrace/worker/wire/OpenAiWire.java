package dev.millrace.worker.wire;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.money.TokenUsage;
import java.util.Map;
import java.util.Optional;

/** The OpenAI API, and the many providers that offer it with small differences. */
final class OpenAiWire implements WireAdapter {
    static final OpenAiWire INSTANCE = new OpenAiWire();

    private static final String VERSION_PATH = "/v1";
    private static final String TOTAL = "total_tokens";

    private OpenAiWire() {}

    /** Returns the URL of the endpoint without its version, which the base URL contains. */
    @Override
    public String path(Endpoint endpoint) {
        return endpoint.url().substring(VERSION_PATH.length());
    }

    @Override
    public String keyHeader() {
        return "Authorization";
    }

    @Override
    public Map<String, String> headers() {
        return Map.of();
    }

    @Override
    public String contentKey(Endpoint endpoint) {
        return switch (endpoint) {
            case CHAT_COMPLETIONS, COMPLETIONS -> "choices";
            case RESPONSES -> "output";
            case EMBEDDINGS -> "data";
            case MESSAGES -> throw notOffered(endpoint);
        };
    }

    @Override
    public Optional<TokenUsage> usage(Endpoint endpoint, TokenCounts counts) {
        return switch (endpoint) {
            case CHAT_COMPLETIONS, COMPLETIONS -> usage(counts, "prompt", "completion");
            case RESPONSES -> usage(counts, "input", "output");
            case EMBEDDINGS -> embedding(counts);
            case MESSAGES -> throw notOffered(endpoint);
        };
    }

    /**
     * Converts counts whose input includes the tokens that a cache read and wrote. Gemini omits the
     * output count if all output was reasoning; the total then determines the output.
     */
    private static Optional<TokenUsage> usage(TokenCounts counts, String in, String out) {
        boolean hasOutput = counts.has(out + "_tokens") || counts.has(TOTAL);
        if (!counts.has(in + "_tokens") || !hasOutput) {
            return Optional.empty();
        }
        long input = counts.get(in + "_tokens");
        long cached =
                counts.max(
                        in + "_tokens_details.cached_tokens",
                        // The names that DeepSeek and Moonshot use.
                        "prompt_cache_hit_tokens",
                        "cached_tokens");
        long written =
                counts.max(
                        // The names that OpenRouter and Alibaba use.
                        in + "_tokens_details.cache_write_tokens",
                        in + "_tokens_details.cache_creation_input_tokens");
        long reasoning = counts.get(out + "_tokens_details.reasoning_tokens");
        cached = Math.min(cached, input);
        return Optional.of(
                new TokenUsage(
                        input,
                        cached,
                        Math.min(written, input - cached),
                        output(counts, input, counts.get(out + "_tokens"), reasoning),
                        reasoning));
    }

    /**
     * Returns all output tokens. Some providers (Gemini, xAI) exclude reasoning from the output
     * count. The total then determines the output; without a total, a reasoning count above the
     * output count shows the exclusion.
     */
    private static long output(TokenCounts counts, long input, long output, long reasoning) {
        if (counts.has(TOTAL)) {
            return Math.max(Math.max(output, counts.get(TOTAL) - input), reasoning);
        }
        return reasoning > output ? output + reasoning : output;
    }

    /** Converts the counts of an embedding. Some providers (Voyage, Jina) report only the total. */
    private static Optional<TokenUsage> embedding(TokenCounts counts) {
        return counts.has("prompt_tokens") || counts.has(TOTAL)
                ? Optional.of(TokenUsage.of(counts.max("prompt_tokens", TOTAL), 0))
                : Optional.empty();
    }

    private static IllegalArgumentException notOffered(Endpoint endpoint) {
        return new IllegalArgumentException("the OpenAI API has no " + endpoint.url());
    }
}
