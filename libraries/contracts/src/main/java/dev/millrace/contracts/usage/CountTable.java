package dev.millrace.contracts.usage;

import static dev.millrace.contracts.usage.CountMeaning.CACHED;
import static dev.millrace.contracts.usage.CountMeaning.INPUT;
import static dev.millrace.contracts.usage.CountMeaning.INPUT_BESIDE;
import static dev.millrace.contracts.usage.CountMeaning.OUTPUT;
import static dev.millrace.contracts.usage.CountMeaning.PLAIN_INPUT;
import static dev.millrace.contracts.usage.CountMeaning.REASONING;
import static dev.millrace.contracts.usage.CountMeaning.REASONING_BESIDE;
import static dev.millrace.contracts.usage.CountMeaning.REQUESTS;
import static dev.millrace.contracts.usage.CountMeaning.TOTAL;
import static dev.millrace.contracts.usage.CountMeaning.WRITTEN;
import static dev.millrace.contracts.usage.CountMeaning.WRITTEN_HOUR;
import static dev.millrace.contracts.usage.CountMeaning.WRITTEN_MINUTES;
import static dev.millrace.contracts.usage.CountName.besideInput;
import static dev.millrace.contracts.usage.CountName.fallback;
import static dev.millrace.contracts.usage.CountName.named;
import static dev.millrace.contracts.usage.CountName.ofSums;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The names under which APIs, gateways and exports report token counts, and where a body has them.
 * {@code docs/providers.md} names the sources.
 */
public final class CountTable {
    private static final String OPENAI = "OpenAI";
    private static final String ANTHROPIC = "Anthropic";
    private static final String ANTHROPIC_EXPORT = "usage export of Anthropic";
    private static final String OPENAI_EXPORT = "usage export of OpenAI";
    private static final String OPENROUTER_EXPORT = "generations of OpenRouter";
    private static final String GEMINI = "Gemini";
    private static final String BEDROCK = "Bedrock";
    private static final String LITELLM = "LiteLLM";
    private static final String ALIBABA = "Alibaba";
    private static final String LANGCHAIN = "LangChain";
    private static final String LANGFUSE = "Langfuse";
    private static final String HELICONE = "Helicone";
    private static final String COHERE = "Cohere";
    private static final String OLLAMA = "Ollama's own API";
    private static final String LLAMA = "timings of llama.cpp";
    private static final String MILLRACE = "Millrace";
    private static final String DATABASES = "exports of databases";
    private static final String DEEPSEEK = "DeepSeek";
    private static final String PERPLEXITY = "Perplexity";

    /**
     * Paths of the object with the counts in a body, the most reliable first. {@code []} matches
     * each item of an array.
     */
    public static final List<String> PLACES =
            List.of(
                    "usage",
                    "x_groq.usage",
                    "choices[].usage",
                    "usageMetadata",
                    "usage_metadata",
                    "message.usage",
                    "response.usage",
                    "amazon-bedrock-invocationMetrics",
                    "timings",
                    "meta");

    /**
     * Key of an array with the counts of each iteration of a request. The sum of the iterations is
     * used, because the surrounding counts can omit some iterations.
     *
     * @see <a href="https://platform.claude.com/docs/en/build-with-claude/compaction">Compaction of
     *     Anthropic</a>
     */
    static final String ITERATIONS = "iterations";

    private static final List<CountName> ROWS =
            List.of(
                    named("prompt_tokens", INPUT, "chat completions, " + LITELLM + ", " + LANGFUSE),
                    named(
                            "input_tokens",
                            INPUT,
                            "responses, messages, " + BEDROCK + ", " + MILLRACE),
                    named("prompt_token_count", INPUT, GEMINI),
                    named("input_token_count", INPUT, BEDROCK),
                    named("billed_units.input_tokens", INPUT, COHERE),
                    fallback("tokens.input_tokens", INPUT, COHERE),
                    named("prompt_eval_count", INPUT, OLLAMA),
                    named("native_tokens_prompt", INPUT, OPENROUTER_EXPORT),
                    fallback("tokens_prompt", INPUT, OPENROUTER_EXPORT),
                    named("n_context_tokens_total", INPUT, OPENAI_EXPORT + ", until 2024"),
                    named("usage_details.input", INPUT, LANGFUSE),
                    named("usage.input", INPUT, LANGFUSE),
                    ofSums("uncached_input_tokens", PLAIN_INPUT, ANTHROPIC_EXPORT),
                    ofSums("usage_input_tokens_no_cache", PLAIN_INPUT, ANTHROPIC_EXPORT),
                    named("input_uncached_tokens", PLAIN_INPUT, OPENAI_EXPORT),
                    named("prompt_cache_miss_tokens", PLAIN_INPUT, DEEPSEEK),
                    named("prompt_n", PLAIN_INPUT, LLAMA),
                    named("tool_use_prompt_token_count", INPUT_BESIDE, GEMINI),
                    named("citation_tokens", INPUT_BESIDE, PERPLEXITY),
                    named(
                            "prompt_tokens_details.cached_tokens",
                            CACHED,
                            OPENAI + " and most others"),
                    named("input_tokens_details.cached_tokens", CACHED, OPENAI),
                    named("prompt_token_details.cached_tokens", CACHED, "Mistral"),
                    named("num_cached_tokens", CACHED, "Mistral"),
                    named("cached_tokens", CACHED, "Moonshot, " + COHERE),
                    named("prompt_cache_hit_tokens", CACHED, DEEPSEEK),
                    named("cache_n", CACHED, LLAMA),
                    besideInput(
                            "cache_read_input_tokens",
                            CACHED,
                            ANTHROPIC + ", " + BEDROCK + ", " + LITELLM),
                    besideInput("cache_read_input_token_count", CACHED, BEDROCK),
                    named("cached_content_token_count", CACHED, GEMINI),
                    named("input_token_details.cache_read", CACHED, LANGCHAIN),
                    named("prompt_cache_read_tokens", CACHED, HELICONE),
                    named("input_cached_tokens", CACHED, OPENAI_EXPORT),
                    named("n_cached_context_tokens_total", CACHED, OPENAI_EXPORT + ", until 2024"),
                    named("usage_input_tokens_cache_read", CACHED, ANTHROPIC_EXPORT),
                    named("native_tokens_cached", CACHED, OPENROUTER_EXPORT),
                    named("tokens_cached", CACHED, OPENROUTER_EXPORT),
                    named("usage_details.input_cache_read", CACHED, LANGFUSE),
                    named("cache_read_tokens", CACHED, DATABASES),
                    named("cached_input_tokens", CACHED, MILLRACE + ", Vercel's AI SDK"),
                    besideInput("cache_creation_input_tokens", WRITTEN, ANTHROPIC + ", " + LITELLM),
                    besideInput("cache_write_input_tokens", WRITTEN, BEDROCK),
                    besideInput("cache_write_input_token_count", WRITTEN, BEDROCK),
                    named("prompt_tokens_details.cache_creation_tokens", WRITTEN, LITELLM),
                    named("input_tokens_details.cache_creation_tokens", WRITTEN, LITELLM),
                    named("prompt_tokens_details.cache_creation_input_tokens", WRITTEN, ALIBABA),
                    named("input_tokens_details.cache_creation_input_tokens", WRITTEN, ALIBABA),
                    named(
                            "prompt_tokens_details.cache_write_tokens",
                            WRITTEN,
                            OPENAI + ", OpenRouter"),
                    named("input_tokens_details.cache_write_tokens", WRITTEN, OPENAI),
                    named("input_token_details.cache_creation", WRITTEN, LANGCHAIN),
                    named("prompt_cache_write_tokens", WRITTEN, HELICONE),
                    named("usage_input_tokens_cache_write", WRITTEN, ANTHROPIC_EXPORT),
                    named("usage_details.input_cache_creation", WRITTEN, LANGFUSE),
                    named("cache_creation_tokens", WRITTEN, DATABASES),
                    named("cache_write_tokens", WRITTEN, MILLRACE),
                    besideInput(
                            "cache_creation.ephemeral_5m_input_tokens", WRITTEN_MINUTES, ANTHROPIC),
                    named(
                            "prompt_tokens_details.cache_creation.ephemeral_5m_input_tokens",
                            WRITTEN_MINUTES,
                            ALIBABA),
                    named(
                            "prompt_tokens_details.cache_creation_token_details"
                                    + ".ephemeral_5m_input_tokens",
                            WRITTEN_MINUTES,
                            LITELLM),
                    named("usage_input_tokens_cache_write_5m", WRITTEN_MINUTES, ANTHROPIC_EXPORT),
                    besideInput(
                            "cache_creation.ephemeral_1h_input_tokens", WRITTEN_HOUR, ANTHROPIC),
                    named(
                            "prompt_tokens_details.cache_creation.ephemeral_1h_input_tokens",
                            WRITTEN_HOUR,
                            ALIBABA),
                    named(
                            "prompt_tokens_details.cache_creation_token_details"
                                    + ".ephemeral_1h_input_tokens",
                            WRITTEN_HOUR,
                            LITELLM),
                    named("usage_input_tokens_cache_write_1h", WRITTEN_HOUR, ANTHROPIC_EXPORT),
                    named("cache_write_1h_tokens", WRITTEN_HOUR, MILLRACE),
                    named("completion_tokens", OUTPUT, "chat completions, " + LITELLM),
                    named("output_tokens", OUTPUT, "responses, messages, " + BEDROCK),
                    named("candidates_token_count", OUTPUT, GEMINI),
                    named("response_token_count", OUTPUT, GEMINI + "'s live API"),
                    named("output_token_count", OUTPUT, BEDROCK),
                    named("billed_units.output_tokens", OUTPUT, COHERE),
                    fallback("tokens.output_tokens", OUTPUT, COHERE),
                    named("eval_count", OUTPUT, OLLAMA),
                    named("predicted_n", OUTPUT, LLAMA),
                    named("native_tokens_completion", OUTPUT, OPENROUTER_EXPORT),
                    fallback("tokens_completion", OUTPUT, OPENROUTER_EXPORT),
                    named("n_generated_tokens_total", OUTPUT, OPENAI_EXPORT + ", until 2024"),
                    named("usage_details.output", OUTPUT, LANGFUSE),
                    named("usage.output", OUTPUT, LANGFUSE),
                    named("usage_output_tokens", OUTPUT, ANTHROPIC_EXPORT),
                    named(
                            "completion_tokens_details.reasoning_tokens",
                            REASONING,
                            OPENAI + " and most others"),
                    named("output_tokens_details.reasoning_tokens", REASONING, OPENAI),
                    named("output_tokens_details.thinking_tokens", REASONING, ANTHROPIC),
                    named("output_token_details.reasoning", REASONING, LANGCHAIN),
                    named("native_tokens_reasoning", REASONING, OPENROUTER_EXPORT),
                    named("tokens_reasoning", REASONING, OPENROUTER_EXPORT),
                    named("reasoning_tokens", REASONING, PERPLEXITY + ", " + MILLRACE),
                    named("output_reasoning_tokens", REASONING, LANGFUSE),
                    named("thoughts_token_count", REASONING_BESIDE, GEMINI),
                    named("total_tokens", TOTAL, "chat completions, responses, " + BEDROCK),
                    named("total_token_count", TOTAL, GEMINI),
                    named("usage_details.total", TOTAL, LANGFUSE),
                    named("usage.total", TOTAL, LANGFUSE),
                    named("num_model_requests", REQUESTS, OPENAI_EXPORT),
                    named("n_requests", REQUESTS, OPENAI_EXPORT + ", until 2024"),
                    named("api_requests", REQUESTS, LITELLM + ", sums by day"),
                    named("request_count", REQUESTS, DATABASES),
                    named("num_requests", REQUESTS, DATABASES),
                    named("requests", REQUESTS, "OpenRouter, sums by day"));

    private static final Map<String, CountName> BY_PATH = byPath();

    private CountTable() {}

    private static Map<String, CountName> byPath() {
        var byPath = new HashMap<String, CountName>();
        for (CountName row : ROWS) {
            if (byPath.put(normalized(row.path()), row) != null) {
                throw new IllegalStateException(row.path() + " occurs twice");
            }
        }
        return Map.copyOf(byPath);
    }

    /** Returns all names, by meaning. */
    public static List<CountName> rows() {
        return ROWS;
    }

    /** Returns the meaning of a path; empty if no row has it. */
    public static Optional<CountName> find(String path) {
        return Optional.ofNullable(BY_PATH.get(normalized(path)));
    }

    /** Returns the path in lower case, without anything but letters, digits and dots. */
    private static String normalized(String path) {
        var normalized = new StringBuilder(path.length());
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                normalized.append((char) (c + 'a' - 'A'));
            } else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.') {
                normalized.append(c);
            }
        }
        return normalized.toString();
    }
}
