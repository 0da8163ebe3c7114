package dev.millrace.router.classify.token;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.router.classify.body.RequestBody;
import java.util.regex.Pattern;

/**
 * Upper bounds of the input tokens that providers bill although no text of the body contains them:
 * system prompts of the provider or of the model's chat template, and instructions for tools.
 * Providers publish few of these figures; the others are estimates of November 2026.
 */
final class HiddenInput {
    /**
     * Claude's instructions for tools have up to 530 tokens (Anthropic's documentation of tool
     * use). Its instructions for an answer's schema, and those of other providers, are not
     * published.
     */
    private static final long INSTRUCTIONS = 1_024;

    /** OpenAI writes tools as types of TypeScript, in a frame of fewer tokens than this. */
    private static final long OPENAI_TOOLS = 256;

    /**
     * Default system prompts of chat templates: gpt-oss has about 70 tokens, Llama 3.1 has 25, and
     * Qwen 2.5 has 20 (their published templates).
     */
    private static final long TEMPLATE = 128;

    /** xAI adds a system prompt and bills it: about 200 tokens at fast models, 680 at Grok 4. */
    private static final long GROK = 1_024;

    private static final Pattern GROK_NAME = Pattern.compile("(?i)(^|[^a-z0-9])grok");
    private static final Pattern OPEN_WEIGHTS = Pattern.compile("(?i)(^|[^a-z0-9])gpt-oss");

    private HiddenInput() {}

    /** Returns the most hidden input tokens of one call. */
    static long atMost(RequestBody body, boolean hasMessages, Model model) {
        return hasMessages ? prompt(model) + instructions(body, model) : 0;
    }

    private static long prompt(Model model) {
        if (isNamed(GROK_NAME, model)) {
            return GROK;
        }
        return switch (TokenFamily.of(model)) {
            case O200K, CL100K -> isNamed(OPEN_WEIGHTS, model) ? TEMPLATE : 0;
            case CLAUDE, CLAUDE_NEWEST, GEMINI -> 0;
            case DEEPSEEK, QWEN, OTHER -> TEMPLATE;
        };
    }

    private static long instructions(RequestBody body, Model model) {
        return switch (TokenFamily.of(model)) {
            case O200K, CL100K -> body.toolCount() > 0 ? OPENAI_TOOLS : 0;
            case CLAUDE, CLAUDE_NEWEST, GEMINI, DEEPSEEK, QWEN, OTHER ->
                    body.toolCount() > 0 || body.declaredBytes() > 0 ? INSTRUCTIONS : 0;
        };
    }

    private static boolean isNamed(Pattern pattern, Model model) {
        return pattern.matcher(model.upstreamModel()).find()
                || pattern.matcher(model.name()).find();
    }
}
