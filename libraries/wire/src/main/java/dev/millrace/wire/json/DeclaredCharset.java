package dev.millrace.wire.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.json.JsonBytes;
import java.nio.charset.Charset;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Converts text of a provider to UTF-8. Text that is UTF-8 is not converted, because servers often
 * declare the default of their framework. Without another declaration, invalid bytes stay for
 * {@link LenientJson}.
 *
 * @param charset null if the response declares no known charset
 */
public record DeclaredCharset(@Nullable Charset charset) {
    /** A response without a charset. */
    public static final DeclaredCharset NONE = new DeclaredCharset(null);

    /**
     * Charsets that contain all characters of the declared one, and are often meant.
     *
     * @see <a href="https://encoding.spec.whatwg.org/#names-and-labels">Encoding standard</a>
     */
    private static final Map<String, String> LARGER =
            Map.of(
                    "ISO-8859-1", "windows-1252",
                    "US-ASCII", "windows-1252",
                    "GB2312", "GB18030",
                    "GBK", "GB18030");

    private static final Pattern PARAMETER =
            Pattern.compile(
                    ";\\s*charset\\s*=\\s*[\"']?([a-z0-9][-a-z0-9+.:_]{0,40})",
                    Pattern.CASE_INSENSITIVE);

    /**
     * Returns the charset of a content type, such as {@code text/html; charset=gb2312}.
     *
     * @param contentType value of the header; empty without one
     */
    public static DeclaredCharset of(String contentType) {
        Matcher found = PARAMETER.matcher(contentType);
        return found.find() && Charset.isSupported(found.group(1))
                ? new DeclaredCharset(larger(Charset.forName(found.group(1))))
                : NONE;
    }

    private static Charset larger(Charset charset) {
        String name = LARGER.getOrDefault(charset.name(), charset.name());
        return Charset.isSupported(name) ? Charset.forName(name) : charset;
    }

    /** Returns the text in UTF-8, with U+FFFD for bytes that the charset does not have. */
    public byte[] toUtf8(byte[] text) {
        return charset == null || charset.equals(UTF_8) || isUtf8(text)
                ? text
                : new String(text, charset).getBytes(UTF_8);
    }

    /** Returns true for UTF-8 without NULs, which are half of each ASCII character in UTF-16. */
    private static boolean isUtf8(byte[] text) {
        for (byte each : text) {
            if (each == 0) {
                return false;
            }
        }
        return JsonBytes.isUtf8(text);
    }
}
