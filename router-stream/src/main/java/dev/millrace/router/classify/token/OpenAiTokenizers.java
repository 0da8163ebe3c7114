package dev.millrace.router.classify.token;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingRegistry;
import com.knuddels.jtokkit.api.EncodingType;
import dev.millrace.router.classify.text.Texts;
import java.util.Optional;

/** The tokenizers that OpenAI publishes. Each is loaded when it is first asked for. Any thread. */
final class OpenAiTokenizers {
    /** Some 5 ms of prose; 150 ms of the worst that can be thought of. */
    static final long MOST_CHARACTERS = 64 * 1024;

    private final EncodingRegistry encodings = Encodings.newLazyEncodingRegistry();

    /**
     * Counts tokens.
     *
     * @return empty when the family's tokenizer is not published
     */
    Optional<Counted> count(TokenFamily family, Texts texts) {
        return switch (family) {
            case O200K -> Optional.of(count(EncodingType.O200K_BASE, texts));
            case CL100K -> Optional.of(count(EncodingType.CL100K_BASE, texts));
            case CLAUDE, CLAUDE_NEWEST, GEMINI, DEEPSEEK, QWEN, OTHER -> Optional.empty();
        };
    }

    private Counted count(EncodingType type, Texts texts) {
        Encoding encoding = encodings.getEncoding(type);
        long tokens = 0;
        long characters = 0;
        for (int i = 0; i < texts.count() && characters < MOST_CHARACTERS; i++) {
            String text = texts.decoded(i, MOST_CHARACTERS - characters);
            tokens += encoding.countTokensOrdinary(text);
            characters += text.codePointCount(0, text.length());
        }
        return new Counted(tokens, characters);
    }

    /**
     * @param tokens of the beginning of the texts
     * @param characters (code points) that were looked at, {@value #MOST_CHARACTERS} at most
     */
    record Counted(long tokens, long characters) {}
}
