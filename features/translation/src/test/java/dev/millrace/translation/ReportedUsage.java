package dev.millrace.translation;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.money.TokenUsage;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Reads the tokens of an answer as their references define them, for tests. */
final class ReportedUsage {
    private ReportedUsage() {}

    static Optional<TokenUsage> of(Endpoint endpoint, JsonNode body) {
        JsonNode usage = body.path("usage");
        if (!usage.isObject()) {
            return Optional.empty();
        }
        return Optional.of(endpoint == Endpoint.MESSAGES ? messages(usage) : chat(usage));
    }

    /** https://platform.claude.com/docs/en/api/messages/create#message.usage */
    private static TokenUsage messages(JsonNode usage) {
        long cached = count(usage, "cache_read_input_tokens");
        long written = count(usage, "cache_creation_input_tokens");
        return new TokenUsage(
                count(usage, "input_tokens") + cached + written,
                cached,
                written,
                count(usage.path("cache_creation"), "ephemeral_1h_input_tokens"),
                count(usage, "output_tokens"),
                count(usage.path("output_tokens_details"), "thinking_tokens"));
    }

    /** https://platform.openai.com/docs/api-reference/chat/object#chat/object-usage */
    private static TokenUsage chat(JsonNode usage) {
        JsonNode details = usage.path("prompt_tokens_details");
        return new TokenUsage(
                count(usage, "prompt_tokens"),
                Stream.of(
                                count(details, "cached_tokens"),
                                count(usage, "prompt_cache_hit_tokens"),
                                count(usage, "cached_tokens"))
                        .max(Long::compare)
                        .orElseThrow(),
                Math.max(
                        count(details, "cache_write_tokens"),
                        count(details, "cache_creation_input_tokens")),
                count(usage, "completion_tokens"),
                count(usage.path("completion_tokens_details"), "reasoning_tokens"));
    }

    private static long count(JsonNode object, String key) {
        return object.path(key).asLong(0);
    }
}
