package dev.millrace.router.classify.token;

import dev.millrace.contracts.catalog.Model;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Models that cut text alike. */
enum TokenFamily {
    /** OpenAI since gpt-4o. */
    O200K,
    /** OpenAI before gpt-4o, and its embeddings. */
    CL100K,
    /** About 1.1 times cl100k. */
    CLAUDE,
    /** From 4.7 on; about 1.45 times cl100k. */
    CLAUDE_NEWEST,
    /** Google's documentation: about four characters a token. Digits go one by one. */
    GEMINI,
    /** DeepSeek's documentation: 0.3 for an English character, 0.6 for a Chinese one. */
    DEEPSEEK,
    /** Alibaba's documentation: 1.5 to 1.8 Chinese characters a token; else much like cl100k. */
    QWEN,
    /** What is not known is taken to be like an older tokenizer. */
    OTHER;

    private static final Pattern OPENAI_NEW =
            Pattern.compile("(^|[^a-z0-9])(gpt-4o|chatgpt-4o|gpt-4\\.[15]|gpt-([5-9]|oss)|o[1-9])");
    private static final Pattern OPENAI_OLD =
            Pattern.compile("(^|[^a-z0-9])(gpt-4|gpt-3\\.5|text-embedding|davinci|babbage)");
    private static final Pattern CLAUDE_VERSION =
            Pattern.compile("claude(?:-[a-z]+)*-(\\d{1,2})(?:[.-](\\d{1,2})(?!\\d))?");
    private static final int NEWEST_MAJOR = 4;
    private static final int NEWEST_MINOR = 7;

    /** By what its provider calls the model; by its own name where that says nothing. */
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
