package dev.millrace.standalone.audit.log;

import dev.millrace.contracts.money.TokenUsage;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Converts the token counts of a log to a {@link TokenUsage}, whose input includes the tokens that
 * a cache read and wrote, and whose output includes reasoning.
 */
final class UsageCounts {
    /** More tokens are never one request. Sums of a billion lines stay below the range. */
    private static final long MAX_COUNT = 1_000_000_000L;

    private static final JsonMapper JSON = new JsonMapper();

    private final JsonNode usage;
    private final JsonNode details;

    private UsageCounts(JsonNode usage) {
        this.usage = usage;
        details = liteLlmDetails(usage);
    }

    /** Finds the object with the token counts: {@code usage} of the given object, or itself. */
    static Optional<JsonNode> find(JsonNode object) {
        return Stream.of(object.path("usage"), object).filter(UsageCounts::hasCounts).findFirst();
    }

    private static boolean hasCounts(JsonNode object) {
        return Stream.of("prompt_tokens", "completion_tokens", "input_tokens", "output_tokens")
                .anyMatch(name -> object.path(name).isNumber());
    }

    /**
     * Returns the counts of an object.
     *
     * @throws IllegalArgumentException if a count is not a plausible number
     */
    static TokenUsage of(JsonNode usage) {
        var counts = new UsageCounts(usage);
        if (usage.has("prompt_tokens") || usage.has("completion_tokens")) {
            return counts.openAi("prompt_tokens", "completion_tokens");
        }
        return hasAny(usage, "cache_read_input_tokens", "cache_creation_input_tokens")
                        || usage.has("cache_creation")
                ? counts.anthropic()
                : counts.openAi("input_tokens", "output_tokens");
    }

    private static boolean hasAny(JsonNode object, String... names) {
        return Stream.of(names).anyMatch(object::has);
    }

    /** Converts counts whose input excludes the tokens that a cache read and wrote. */
    private TokenUsage anthropic() {
        long cached = count("cache_read_input_tokens");
        long written = written();
        long output = count("output_tokens");
        return new TokenUsage(
                count("input_tokens") + cached + written,
                cached,
                written,
                hour(),
                output,
                Math.min(count("output_tokens_details.thinking_tokens"), output));
    }

    /**
     * Converts counts whose input includes the tokens that a cache read and wrote. In a LiteLLM log
     * with Anthropic's counts, the input includes them only since some version: an input smaller
     * than these tokens does not include them.
     */
    private TokenUsage openAi(String in, String out) {
        long input = count(in);
        long cached =
                max(
                        in + "_details.cached_tokens",
                        "prompt_cache_hit_tokens",
                        "cached_tokens",
                        "cached_input_tokens",
                        "cache_read_input_tokens");
        long written =
                Math.max(
                        written(),
                        max(
                                in + "_details.cache_write_tokens",
                                in + "_details.cache_creation_tokens",
                                in + "_details.cache_creation_input_tokens",
                                "cache_write_tokens"));
        if (max("cache_read_input_tokens", "cache_creation_input_tokens") > 0
                && cached + written > input) {
            input += cached + written;
        }
        cached = Math.min(cached, input);
        written = Math.min(written, input - cached);
        long reasoning = max(out + "_details.reasoning_tokens", "reasoning_tokens");
        return new TokenUsage(
                input,
                cached,
                written,
                Math.min(Math.max(hour(), count("cache_write_1h_tokens")), written),
                output(input, count(out), reasoning),
                reasoning);
    }

    /**
     * Returns all output tokens. Some providers (Gemini, xAI) exclude reasoning from the output
     * count. The total then determines the output; without a total, a reasoning count above the
     * output count shows the exclusion.
     */
    private long output(long input, long output, long reasoning) {
        if (usage.has("total_tokens")) {
            return Math.max(Math.max(output, count("total_tokens") - input), reasoning);
        }
        return reasoning > output ? output + reasoning : output;
    }

    /** Returns the tokens written to a cache, in Anthropic's counts. */
    private long written() {
        return Math.max(
                count("cache_creation_input_tokens"),
                count("cache_creation.ephemeral_5m_input_tokens") + hour());
    }

    private long hour() {
        return count("cache_creation.ephemeral_1h_input_tokens");
    }

    private long max(String... paths) {
        return Stream.of(paths).mapToLong(this::count).max().orElse(0);
    }

    /** Returns the count at a path, from LiteLLM's details if the object has none; 0 if absent. */
    private long count(String path) {
        JsonNode own = at(usage, path);
        return number(path, own.isMissingNode() || own.isNull() ? at(details, path) : own);
    }

    private static JsonNode at(JsonNode object, String path) {
        int dot = path.indexOf('.');
        return dot < 0
                ? object.path(path)
                : object.path(path.substring(0, dot)).path(path.substring(dot + 1));
    }

    /** Exports of tables write whole numbers with decimals, such as {@code 12.0}. */
    private static long number(String path, JsonNode node) {
        if (node.isMissingNode() || node.isNull()) {
            return 0;
        }
        if (node.isNumber()) {
            BigDecimal number = node.decimalValue();
            if (number.signum() >= 0
                    && number.compareTo(BigDecimal.valueOf(MAX_COUNT)) <= 0
                    && number.stripTrailingZeros().scale() <= 0) {
                return number.longValue();
            }
        }
        throw new IllegalArgumentException(
                "has a wrong " + path + ": must be a whole number from 0 to " + MAX_COUNT);
    }

    /**
     * Returns the provider's counts that LiteLLM keeps in {@code metadata.usage_object}. Exports of
     * its table have the metadata as text.
     */
    private static JsonNode liteLlmDetails(JsonNode usage) {
        JsonNode metadata = usage.path("metadata");
        if (!metadata.isString()) {
            return metadata.path("usage_object");
        }
        try {
            return JSON.readTree(metadata.stringValue()).path("usage_object");
        } catch (JacksonException _) {
            return metadata.path("usage_object");
        }
    }
}
