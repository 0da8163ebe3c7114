package dev.millrace.router.classify.token;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingRegistry;
import com.knuddels.jtokkit.api.EncodingType;
import dev.millrace.router.classify.text.TextSpans;
import java.util.Optional;
import java.util.function.ToIntFunction;

/** OpenAI's public tokenizers. Each loads on first use. Any thread. */
final class OpenAiTokenizers {
    /** Maximum number of counted characters. Prose takes 5 ms, the worst known text 150 ms. */
    static final long MAX_CHARACTERS = 64 * 1024;

    private static final EncodingRegistry ENCODINGS = Encodings.newLazyEncodingRegistry();

    /**
     * Counts tokens.
     *
     * @return empty if the family has no public tokenizer
     */
    static Optional<Counted> count(TokenFamily family, TextSpans texts) {
        return switch (family) {
            case O200K -> Optional.of(count(EncodingType.O200K_BASE, texts));
            case CL100K -> Optional.of(count(EncodingType.CL100K_BASE, texts));
            case CLAUDE, CLAUDE_NEWEST, GEMINI, DEEPSEEK, QWEN, OTHER -> Optional.empty();
        };
    }

    /** Returns a function that counts the tokens of short texts; empty as for {@link #count}. */
    static Optional<ToIntFunction<String>> counter(TokenFamily family) {
        return switch (family) {
            case O200K ->
                    Optional.of(
                            ENCODINGS.getEncoding(EncodingType.O200K_BASE)::countTokensOrdinary);
            case CL100K ->
                    Optional.of(
                            ENCODINGS.getEncoding(EncodingType.CL100K_BASE)::countTokensOrdinary);
            case CLAUDE, CLAUDE_NEWEST, GEMINI, DEEPSEEK, QWEN, OTHER -> Optional.empty();
        };
    }

    private static Counted count(EncodingType type, TextSpans texts) {
        Encoding encoding = ENCODINGS.getEncoding(type);
        long tokens = 0;
        long characters = 0;
        for (int i = 0; i < texts.count() && characters < MAX_CHARACTERS; i++) {
            String text = texts.decoded(i, MAX_CHARACTERS - characters);
            tokens += encoding.countTokensOrdinary(text);
            characters += text.codePointCount(0, text.length());
        }
        return new Counted(tokens, characters);
    }

    /**
     * Tokens of the beginning of texts.
     *
     * @param characters counted characters (code points), {@value #MAX_CHARACTERS} at most
     */
    record Counted(long tokens, long characters) {}
}
