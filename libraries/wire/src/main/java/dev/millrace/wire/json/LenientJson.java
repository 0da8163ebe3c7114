package dev.millrace.wire.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.json.JsonBytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;

/**
 * Reads JSON of paid answers that no strict parser accepts:
 *
 * <ul>
 *   <li>a byte order mark, NULs, white space or other text around the values
 *   <li>numbers that JSON cannot express, which become null
 *   <li>raw control characters within texts
 *   <li>invalid UTF-8 within texts, which becomes U+FFFD as in other readers of UTF-8
 * </ul>
 */
public final class LenientJson {
    /**
     * Values that Python writes as numbers, and therefore vLLM and SGLang too.
     *
     * @see <a href="https://docs.python.org/3/library/json.html#infinite-and-nan-number-values">
     *     Python</a>
     */
    private static final Pattern NO_NUMBER = Pattern.compile("[-+]?(NaN|nan|Infinity|Inf|inf)");

    private static final String NULL = "null";

    private LenientJson() {}

    /** Returns the only value of a text as strict JSON; empty if the text is not one value. */
    public static Optional<byte[]> value(byte[] text) {
        byte[] trimmed = trimmed(text);
        if (JsonBytes.isJson(trimmed)) {
            return Optional.of(trimmed);
        }
        return Optional.of(repaired(trimmed)).filter(JsonBytes::isJson);
    }

    /**
     * Returns the tree of the only value of a text; empty if the text is not one value. Of a key
     * that occurs twice, the last value counts.
     */
    public static Optional<JsonNode> tree(byte[] text) {
        return value(text).flatMap(JsonTree::parseWithRepeatedKeys);
    }

    /**
     * The objects of a text.
     *
     * @param values complete objects in their order, as strict JSON
     * @param rest the text around the objects; has a brace if an object does not end
     */
    public record Objects(List<byte[]> values, String rest) {
        /** Returns true if the text has complete objects, and no part of another object. */
        public boolean areWhole() {
            return !values.isEmpty() && rest.indexOf('{') < 0;
        }
    }

    /**
     * Returns the complete objects of a text, ignoring everything between them.
     *
     * @param limit maximum number of objects
     */
    public static Objects objects(byte[] text, int limit) {
        byte[] repaired = repaired(trimmed(text));
        var values = new ArrayList<byte[]>();
        var rest = new StringBuilder();
        int end = 0;
        int start = next(repaired, end);
        while (start < repaired.length && values.size() < limit) {
            rest.append(new String(repaired, end, start - end, UTF_8));
            int next = end(repaired, start);
            end = Math.max(next, start);
            if (next < 0) {
                break;
            }
            values.add(Arrays.copyOfRange(repaired, start, next));
            start = next(repaired, next);
        }
        return new Objects(values, rest + new String(repaired, end, repaired.length - end, UTF_8));
    }

    private static int next(byte[] text, int from) {
        int at = from;
        while (at < text.length && text[at] != '{') {
            at++;
        }
        return at;
    }

    /** Returns the position after the object at the start; -1 if it does not end. */
    private static int end(byte[] text, int start) {
        try (JsonParser json = JsonBytes.parser(text, start, text.length - start)) {
            json.nextToken();
            json.skipChildren();
            return json.currentToken() == JsonToken.END_OBJECT
                    ? start + (int) json.currentLocation().getByteOffset()
                    : -1;
        } catch (JacksonException e) {
            return -1;
        }
    }

    /** Returns the text without the characters that can surround a value. */
    public static byte[] trimmed(byte[] text) {
        int start = 0;
        int end = text.length;
        boolean isTrimming = true;
        while (isTrimming) {
            while (start < end && isBlank(text[start])) {
                start++;
            }
            isTrimming = isByteOrderMark(text, start, end);
            start += isTrimming ? JsonBytes.BYTE_ORDER_MARK_BYTES : 0;
        }
        while (end > start && isBlank(text[end - 1])) {
            end--;
        }
        return start == 0 && end == text.length ? text : Arrays.copyOfRange(text, start, end);
    }

    /** Returns true for white space and NULs, which can surround any value. */
    public static boolean isBlank(byte character) {
        return character == ' '
                || character == '\t'
                || character == '\n'
                || character == '\r'
                || character == 0;
    }

    private static boolean isByteOrderMark(byte[] text, int start, int end) {
        return end - start >= JsonBytes.BYTE_ORDER_MARK_BYTES
                && text[start] == (byte) 0xEF
                && text[start + 1] == (byte) 0xBB
                && text[start + 2] == (byte) 0xBF;
    }

    private static byte[] repaired(byte[] text) {
        String json = new String(text, UTF_8);
        var repaired = new StringBuilder(json.length());
        var number = NO_NUMBER.matcher(json);
        boolean isInText = false;
        for (int at = 0; at < json.length(); at++) {
            char next = json.charAt(at);
            if (isInText && next == '\\' && at + 1 < json.length()) {
                repaired.append(next).append(json.charAt(++at));
            } else if (isInText && next < ' ') {
                repaired.append("\\u%04x".formatted((int) next));
            } else if (!isInText && "-+NnIi".indexOf(next) >= 0 && isAt(number, at, json)) {
                repaired.append(NULL);
                at = number.end() - 1;
            } else {
                isInText ^= next == '"';
                repaired.append(next);
            }
        }
        return repaired.toString().getBytes(UTF_8);
    }

    /** Returns true if a number begins here that JSON cannot express, rather than a word. */
    private static boolean isAt(Matcher number, int at, String json) {
        return number.region(at, json.length()).lookingAt()
                && (number.end() == json.length()
                        || !Character.isLetterOrDigit(json.charAt(number.end())));
    }
}
