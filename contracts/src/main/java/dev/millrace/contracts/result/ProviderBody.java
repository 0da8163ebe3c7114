package dev.millrace.contracts.result;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.json.JsonBytes;
import java.util.Arrays;

/** What a provider answered, in a form that can stand in a result. */
public sealed interface ProviderBody {
    /** Longest body that is kept as text, in characters: an error page, not an answer. */
    int MAX_TEXT_CHARS = 64 * 1024;

    /**
     * One JSON value, byte for byte as it came, but for line breaks between tokens, which are
     * blanks: a result is one line. A byte order mark is dropped.
     */
    record Json(byte[] bytes) implements ProviderBody {}

    /** Anything else, such as a proxy's HTML page; cut to {@link #MAX_TEXT_CHARS}. */
    record Text(String text) implements ProviderBody {}

    /** Takes over the bytes; they must not be changed afterwards. */
    static ProviderBody of(byte[] answer) {
        byte[] bytes =
                JsonBytes.startsWithByteOrderMark(answer)
                        ? Arrays.copyOfRange(answer, 3, answer.length)
                        : answer;
        if (JsonBytes.isJson(bytes)) {
            return new Json(withoutLineBreaks(bytes));
        }
        String text = new String(bytes, 0, Math.min(bytes.length, 4 * MAX_TEXT_CHARS), UTF_8);
        return new Text(cut(text));
    }

    /** Not between the halves of a surrogate pair. */
    private static String cut(String text) {
        if (text.length() <= MAX_TEXT_CHARS) {
            return text;
        }
        boolean splits = Character.isHighSurrogate(text.charAt(MAX_TEXT_CHARS - 1));
        return text.substring(0, splits ? MAX_TEXT_CHARS - 1 : MAX_TEXT_CHARS);
    }

    private static byte[] withoutLineBreaks(byte[] json) {
        byte[] copy = null;
        for (int i = 0; i < json.length; i++) {
            // Raw ones cannot stand inside a JSON string.
            if (json[i] == '\n' || json[i] == '\r') {
                copy = copy == null ? json.clone() : copy;
                copy[i] = ' ';
            }
        }
        return copy == null ? json : copy;
    }
}
