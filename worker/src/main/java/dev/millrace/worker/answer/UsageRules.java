package dev.millrace.worker.answer;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.money.TokenUsage;
import java.util.Map;
import java.util.Optional;

/** Brings the providers' ways to count tokens into one. */
final class UsageRules {
    /** More than any call can have; what is above is a misreading. */
    private static final long MAX_TOKENS = 1_000_000_000_000L;

    /** What other counts, such as prices in ticks, do not end with. */
    private static final String TOKENS = "_tokens";

    private static final String TOTAL = "total_tokens";

    private UsageRules() {}

    /**
     * The usage that these counts of a body's {@code usage} object make; counts of an inner object
     * have its name before theirs. Empty when what is needed is missing or makes no sense.
     */
    static Optional<TokenUsage> usage(Endpoint endpoint, Map<String, Long> counts) {
        if (counts.entrySet().stream().anyMatch(UsageRules::makesNoSense)) {
            return Optional.empty();
        }
        return switch (endpoint) {
            case CHAT_COMPLETIONS, COMPLETIONS -> inclusive(counts, "prompt", "completion");
            case RESPONSES -> inclusive(counts, "input", "output");
            case EMBEDDINGS -> embedding(counts);
            case MESSAGES -> message(counts);
        };
    }

    private static boolean makesNoSense(Map.Entry<String, Long> count) {
        return count.getKey().endsWith(TOKENS)
                && (count.getValue() < 0 || count.getValue() > MAX_TOKENS);
    }

    /**
     * Counts of OpenAI's kind, where the whole of the input includes what a cache read and wrote.
     * Gemini leaves the output out when all of it was reasoning; the total tells.
     */
    private static Optional<TokenUsage> inclusive(Map<String, Long> counts, String in, String out) {
        boolean tellsOutput = counts.containsKey(out + TOKENS) || counts.containsKey(TOTAL);
        if (!counts.containsKey(in + TOKENS) || !tellsOutput) {
            return Optional.empty();
        }
        long input = count(counts, in + TOKENS);
        long cached =
                most(
                        counts,
                        in + "_tokens_details.cached_tokens",
                        // DeepSeek's and Moonshot's names for it.
                        "prompt_cache_hit_tokens",
                        "cached_tokens");
        long written =
                most(
                        counts,
                        // OpenRouter's and Alibaba's names for it.
                        in + "_tokens_details.cache_write_tokens",
                        in + "_tokens_details.cache_creation_input_tokens");
        long reasoning = count(counts, out + "_tokens_details.reasoning_tokens");
        cached = Math.min(cached, input);
        return Optional.of(
                new TokenUsage(
                        input,
                        cached,
                        Math.min(written, input - cached),
                        output(counts, input, count(counts, out + TOKENS), reasoning),
                        reasoning));
    }

    /**
     * All of the output. Some providers (Gemini, xAI) leave reasoning out of what they call output:
     * the total tells, or that the part is more than the whole.
     */
    private static long output(Map<String, Long> counts, long input, long output, long reasoning) {
        if (counts.containsKey(TOTAL)) {
            return Math.max(Math.max(output, count(counts, TOTAL) - input), reasoning);
        }
        return reasoning > output ? output + reasoning : output;
    }

    /** Some providers (Voyage, Jina) tell only the total. */
    private static Optional<TokenUsage> embedding(Map<String, Long> counts) {
        return counts.containsKey("prompt_tokens") || counts.containsKey(TOTAL)
                ? Optional.of(TokenUsage.of(most(counts, "prompt_tokens", TOTAL), 0))
                : Optional.empty();
    }

    /**
     * Anthropic's input tokens are those that no cache was involved in. What was written is told as
     * a whole and, later, by how long it is kept; thinking is part of the output.
     */
    private static Optional<TokenUsage> message(Map<String, Long> counts) {
        if (!counts.containsKey("input_tokens") || !counts.containsKey("output_tokens")) {
            return Optional.empty();
        }
        long cached = count(counts, "cache_read_input_tokens");
        long hour = count(counts, "cache_creation.ephemeral_1h_input_tokens");
        long minutes = count(counts, "cache_creation.ephemeral_5m_input_tokens");
        long written = Math.max(count(counts, "cache_creation_input_tokens"), minutes + hour);
        long output = count(counts, "output_tokens");
        long thinking = count(counts, "output_tokens_details.thinking_tokens");
        return Optional.of(
                new TokenUsage(
                        count(counts, "input_tokens") + cached + written,
                        cached,
                        written,
                        hour,
                        output,
                        Math.min(thinking, output)));
    }

    private static long most(Map<String, Long> counts, String... keys) {
        long most = 0;
        for (String key : keys) {
            most = Math.max(most, count(counts, key));
        }
        return most;
    }

    private static long count(Map<String, Long> counts, String key) {
        return counts.getOrDefault(key, 0L);
    }
}
