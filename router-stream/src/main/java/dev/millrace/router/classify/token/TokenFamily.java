package dev.millrace.router.classify.token;

import dev.millrace.contracts.catalog.Model;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Family of models with one tokenizer. */
enum TokenFamily {
    /** OpenAI since gpt-4o. */
    O200K,
    /** OpenAI before gpt-4o, and OpenAI's embedding models. */
    CL100K,
    /** About 1.1 times cl100k. */
    CLAUDE,
    /** Claude from 4.7; about 1.45 times cl100k. */
    CLAUDE_NEWEST,
    /** About four characters per token (Google's documentation); each digit is a token. */
    GEMINI,
    /** 0.3 tokens per English character, 0.6 per Chinese one (DeepSeek's documentation). */
    DEEPSEEK,
    /** 1.5 to 1.8 Chinese characters per token (Alibaba's documentation); else like cl100k. */
    QWEN,
    /** Unknown models, assumed to have an older tokenizer. */
    OTHER;

    private static final Pattern OPENAI_NEW =
            Pattern.compile("(^|[^a-z0-9])(gpt-4o|chatgpt-4o|gpt-4\\.[15]|gpt-([5-9]|oss)|o[1-9])");
    private static final Pattern OPENAI_OLD =
            Pattern.compile("(^|[^a-z0-9])(gpt-4|gpt-3\\.5|text-embedding|davinci|babbage)");
    private static final Pattern CLAUDE_VERSION =
            Pattern.compile("claude(?:-[a-z]{1,40}){0,3}-(\\d{1,2})(?:[.-](\\d{1,2})(?!\\d))?");
    private static final int NEWEST_MAJOR = 4;
    private static final int NEWEST_MINOR = 7;

    /** Returns the family by the provider's name of the model, or else by its own name. */
    static TokenFamily of(Model model) {
        TokenFamily upstream = of(model.upstreamModel());
        return upstream == OTHER ? of(model.name()) : upstream;
    }

    private static TokenFamily of(String modelName) {
        String name = modelName.toLowerCase(Locale.ROOT);
        if (OPENAI_NEW.matcher(name).find()) {
            return O200K;
        }
        if (OPENAI_OLD.matcher(name).find()) {
            return CL100K;
        }
        if (name.contains("claude")) {
            return isNewest(name) ? CLAUDE_NEWEST : CLAUDE;
        }
        if (name.contains("gemini") || name.contains("gemma")) {
            return GEMINI;
        }
        if (name.contains("deepseek")) {
            return DEEPSEEK;
        }
        return name.contains("qwen") || name.contains("qwq") ? QWEN : OTHER;
    }

    private static boolean isNewest(String name) {
        Matcher version = CLAUDE_VERSION.matcher(name);
        if (!version.find()) {
            return false;
        }
        int major = Integer.parseInt(version.group(1));
        int minor = version.group(2) == null ? 0 : Integer.parseInt(version.group(2));
        return major > NEWEST_MAJOR || (major == NEWEST_MAJOR && minor >= NEWEST_MINOR);
    }
}
