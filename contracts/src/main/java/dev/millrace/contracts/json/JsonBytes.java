package dev.millrace.contracts.json;

import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.io.JsonStringEncoder;
import tools.jackson.core.json.JsonFactory;

/** Parsers and generators over bytes, and the few questions asked of bytes before parsing. */
public final class JsonBytes {
    /** Deepest nesting that is read. */
    private static final int MAX_DEPTH = 1_000;

    /** How much deeper than a value the record is that holds it. */
    private static final int ENVELOPE_DEPTH = 8;

    private static final StreamReadConstraints.Builder CONSTRAINTS =
            StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNumberLength(10_000)
                    .maxNameLength(50_000);
    private static final JsonFactory JSON =
            JsonFactory.builder()
                    .streamReadConstraints(CONSTRAINTS.build())
                    // Everything is UTF-8; leading NULs must not make it UTF-16 or UTF-32.
                    .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
                    .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
                    .build();

    /** For values that will stand inside a record, which must be readable, too. */
    private static final JsonFactory ENCLOSED =
            JSON.rebuild()
                    .streamReadConstraints(
                            CONSTRAINTS.maxNestingDepth(MAX_DEPTH - ENVELOPE_DEPTH).build())
                    .build();

    private static final int DECODE_CHARS = 8_192;

    private static final int BYTE_ORDER_MARK_BYTES = 3;
    private static final int REPLACEMENT = 0xFFFD;

    private JsonBytes() {}

    /**
     * A parser over a range of bytes, which are UTF-8 without a byte order mark; its byte offsets
     * count from {@code start}.
     */
    public static JsonParser parser(byte[] bytes, int start, int length) {
        return JSON.createParser(ObjectReadContext.empty(), bytes, start, length);
    }

    /** A generator that writes UTF-8, decimals without an exponent. */
    public static JsonGenerator generator(OutputStream out) {
        return JSON.createGenerator(ObjectWriteContext.empty(), out);
    }

    /**
     * Whether the bytes are one JSON value in strict UTF-8, without a byte order mark, that can
     * stand inside a record.
     */
    public static boolean isJson(byte[] bytes) {
        if (!isUtf8(bytes)) {
            return false;
        }
        try (JsonParser json =
                ENCLOSED.createParser(ObjectReadContext.empty(), bytes, 0, bytes.length)) {
            if (json.nextToken() == null) {
                return false;
            }
            json.skipChildren();
            return json.nextToken() == null;
        } catch (JacksonException e) {
            return false;
        }
    }

    /** Whether the bytes begin with the byte order mark of UTF-8, which JSON forbids. */
    public static boolean startsWithByteOrderMark(byte[] bytes) {
        return bytes.length >= BYTE_ORDER_MARK_BYTES
                && bytes[0] == (byte) 0xEF
                && bytes[1] == (byte) 0xBB
                && bytes[2] == (byte) 0xBF;
    }

    /** The text with what has no UTF-8 form, half a surrogate pair, replaced by U+FFFD. */
    public static String encodable(String text) {
        if (!hasSurrogate(text)) {
            return text;
        }
        var clean = new StringBuilder(text.length());
        text.codePoints()
                .map(c -> Character.getType(c) == Character.SURROGATE ? REPLACEMENT : c)
                .forEach(clean::appendCodePoint);
        return clean.toString();
    }

    /** A plain loop: this is asked of every text of every result. */
    private static boolean hasSurrogate(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    /**
     * Makes sure that nothing but white space follows the value that was read.
     *
     * @throws IllegalArgumentException when something does
     */
    public static void requireEnd(JsonParser json, String what) {
        if (json.nextToken() != null) {
            throw new IllegalArgumentException(what + " must be one JSON object");
        }
    }

    /** Strictly, since Jackson lets overlong forms and lone surrogates pass in what it skips. */
    public static boolean isUtf8(byte[] bytes) {
        if (isAscii(bytes)) {
            return true;
        }
        var decoder =
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT);
        var in = ByteBuffer.wrap(bytes);
        var out = CharBuffer.allocate(Math.min(DECODE_CHARS, bytes.length + 1));
        CoderResult result;
        do {
            out.clear();
            result = decoder.decode(in, out, true);
        } while (result.isOverflow());
        return result.isUnderflow();
    }

    /** Most requests are; without a branch, so that the JIT can look at many bytes at once. */
    private static boolean isAscii(byte[] bytes) {
        int all = 0;
        for (byte each : bytes) {
            all |= each;
        }
        return all >= 0;
    }

    /** The text as a JSON string, with its quotes. */
    public static String quoted(String text) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsCharArray(text)) + '"';
    }

    /** A kind of JSON value in words, such as {@code an array}; null is no value at all. */
    public static String describe(@Nullable JsonToken token) {
        if (token == null) {
            return "blank";
        }
        return switch (token) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case VALUE_STRING -> "a string";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
            case VALUE_TRUE, VALUE_FALSE -> "a boolean";
            case VALUE_NULL -> "null";
            case END_ARRAY, END_OBJECT, PROPERTY_NAME, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
                    "no value";
        };
    }
}
