package dev.millrace.contracts.result;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.json.JsonBytes;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import tools.jackson.core.JsonGenerator;

/** The body of a provider's answer, in a form that can be embedded in a result. */
public sealed interface ProviderBody {
    /**
     * Maximum length of a text body in characters. Text is usually an error page, not an answer.
     */
    int MAX_TEXT_CHARS = 64 * 1024;

    /**
     * Writes the body as a value.
     *
     * @param out where the generator writes to
     */
    void write(JsonGenerator json, ByteArrayOutputStream out);

    /**
     * One JSON value with its original bytes, except that line breaks between tokens become spaces,
     * because a result is one line. A byte order mark is removed.
     */
    record Json(byte[] bytes) implements ProviderBody {
        @Override
        public void write(JsonGenerator json, ByteArrayOutputStream out) {
            // Bypasses the generator, so that the body's bytes are copied, not decoded. The empty
            // value makes the generator write the colon.
            json.writeRawValue("");
            json.flush();
            out.writeBytes(bytes);
        }
    }

    /** Any other body, such as a proxy's HTML page, truncated to {@link #MAX_TEXT_CHARS}. */
    record Text(String text) implements ProviderBody {
        @Override
        public void write(JsonGenerator json, ByteArrayOutputStream out) {
            json.writeString(text);
        }
    }

    /** Creates a body over the given bytes, which must not be modified afterwards. */
    static ProviderBody of(byte[] answer) {
        byte[] bytes =
                JsonBytes.startsWithByteOrderMark(answer)
                        ? Arrays.copyOfRange(answer, JsonBytes.BYTE_ORDER_MARK_BYTES, answer.length)
                        : answer;
        if (JsonBytes.isJson(bytes)) {
            return new Json(withoutLineBreaks(bytes));
        }
        String text = new String(bytes, 0, Math.min(bytes.length, 4 * MAX_TEXT_CHARS), UTF_8);
        return new Text(truncated(text));
    }

    /** Truncates the text without splitting a surrogate pair. */
    private static String truncated(String text) {
        if (text.length() <= MAX_TEXT_CHARS) {
            return text;
        }
        boolean splits = Character.isHighSurrogate(text.charAt(MAX_TEXT_CHARS - 1));
        return text.substring(0, splits ? MAX_TEXT_CHARS - 1 : MAX_TEXT_CHARS);
    }

    private static byte[] withoutLineBreaks(byte[] json) {
        byte[] copy = null;
        for (int i = 0; i < json.length; i++) {
            // A JSON string cannot contain raw line breaks, so this one is between tokens.
            if (json[i] == '\n' || json[i] == '\r') {
                copy = copy == null ? json.clone() : copy;
                copy[i] = ' ';
            }
        }
        return copy == null ? json : copy;
    }
}
