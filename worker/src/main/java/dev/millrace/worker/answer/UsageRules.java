package dev.millrace.worker.answer;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.money.TokenUsage;
import java.util.Map;
import java.util.Optional;

/** Brings the providers' ways to count tokens into one. */
final class UsageRules {
    /** More than any call can have; what is above is a misreading. */
    private static final long MAX_TOKENS = 1_000_000_000_000L;

    private UsageRules() {}

    /**
     * The usage that these counts of a body's {@code usage} object make; counts of an inner object
     * have its name before theirs. Empty when what is needed is missing or makes no sense.
     */
    static Optional<TokenUsage> usage(Endpoint endpoint, Map<String, Long> counts) {
        if (counts.values().stream().anyMatch(count -> count < 0 || count > MAX_TOKENS)) {
            return Optional.empty();
        }
        return switch (endpoint) {
            case CHAT_COMPLETIONS, COMPLETIONS -> completion(counts);
            case RESPONSES -> response(counts);
            case EMBEDDINGS -> embedding(counts);
            case MESSAGES -> message(counts);
        };
    }

    private static Optional<TokenUsage> completion(Map<String, Long> counts) {
        if (!counts.containsKey("prompt_tokens") || !counts.containsKey("completion_tokens")) {
            return Optional.empty();
        }
        long cached =
                counts.getOrDefault(
                        "prompt_tokens_details.cached_tokens",
                        // DeepSeek's name for it.
                        count(counts, "prompt_cache_hit_tokens"));
        return Optional.of(
                inclusive(
                        count(counts, "prompt_tokens"),
                        cached,
                        count(counts, "completion_tokens"),
                        count(counts, "completion_tokens_details.reasoning_tokens"),
                        count(counts, "total_tokens")));
    }

    private static Optional<TokenUsage> response(Map<String, Long> counts) {
        if (!counts.containsKey("input_tokens") || !counts.containsKey("output_tokens")) {
            return Optional.empty();
        }
        return Optional.of(
                inclusive(
                        count(counts, "input_tokens"),
                        count(counts, "input_tokens_details.cached_tokens"),
                        count(counts, "output_tokens"),
                        count(counts, "output_tokens_details.reasoning_tokens"),
                        count(counts, "total_tokens")));
    }

    private static Optional<TokenUsage> embedding(Map<String, Long> counts) {
        return counts.containsKey("prompt_tokens")
                ? Optional.of(TokenUsage.of(count(counts, "prompt_tokens"), 0))
                : Optional.empty();
    }

    /** Anthropic's input tokens are those that no cache was involved in. */
    private static Optional<TokenUsage> message(Map<String, Long> counts) {
        if (!counts.containsKey("input_tokens") || !counts.containsKey("output_tokens")) {
            return Optional.empty();
        }
        long cached = count(counts, "cache_read_input_tokens");
        long written = count(counts, "cache_creation_input_tokens");
        return Optional.of(
                new TokenUsage(
                        count(counts, "input_tokens") + cached + written,
                        cached,
                        written,
                        count(counts, "output_tokens"),
                        0));
    }

    /**
     * Counts of OpenAI's kind, where the whole includes its parts. Some providers (Gemini, xAI)
     * leave reasoning out of the output and only the total tells.
     */
    private static TokenUsage inclusive(
            long input, long cached, long output, long reasoning, long total) {
        long whole = Math.max(Math.max(output, total - input), reasoning);
        return new TokenUsage(input, Math.min(cached, input), 0, whole, reasoning);
    }

    private static long count(Map<String, Long> counts, String key) {
        return counts.getOrDefault(key, 0L);
    }
}
