package dev.millrace.contracts.json;

import java.io.InputStream;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
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

/** Creates parsers and generators over UTF-8 bytes, and checks bytes before they are parsed. */
public final class JsonBytes {
    /** Maximum nesting depth of a parsed document. */
    private static final int MAX_DEPTH = 1_000;

    /** Nesting levels that a record adds around an embedded value. */
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

    /**
     * Parses values to be embedded in a record, with a margin so that the record stays within the
     * depth limit.
     */
    private static final JsonFactory EMBEDDED =
            JSON.rebuild()
                    .streamReadConstraints(
                            CONSTRAINTS.maxNestingDepth(MAX_DEPTH - ENVELOPE_DEPTH).build())
                    .build();

    private static final int DECODE_CHARS = 8_192;
    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    /** The high bit of each byte of a long. */
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

    /** Length of the UTF-8 byte order mark. */
    public static final int BYTE_ORDER_MARK_BYTES = 3;

    private static final int REPLACEMENT = 0xFFFD;

    private static final BigDecimal MAX_LONG = BigDecimal.valueOf(Long.MAX_VALUE);
    private static final int MAX_LONG_DIGITS = MAX_LONG.precision();

    private JsonBytes() {}

    /**
     * Creates a parser over a range of bytes in UTF-8 without a byte order mark. The parser's byte
     * offsets count from {@code start}.
     */
    public static JsonParser parser(byte[] bytes, int start, int length) {
        return JSON.createParser(ObjectReadContext.empty(), bytes, start, length);
    }

    /**
     * Creates a parser that reads UTF-8 without a byte order mark from a stream. Skipped values are
     * not held in memory. Closing the parser closes the stream.
     */
    public static JsonParser parser(InputStream in) {
        return JSON.createParser(ObjectReadContext.empty(), in);
    }

    /** Creates a generator that writes UTF-8, with decimals in plain notation. */
    public static JsonGenerator generator(OutputStream out) {
        return JSON.createGenerator(ObjectWriteContext.empty(), out);
    }

    /**
     * Returns true if the bytes are exactly one JSON value that can be embedded in a record: strict
     * UTF-8, without a byte order mark.
     */
    public static boolean isJson(byte[] bytes) {
        if (!isUtf8(bytes)) {
            return false;
        }
        try (JsonParser json =
                EMBEDDED.createParser(ObjectReadContext.empty(), bytes, 0, bytes.length)) {
            if (json.nextToken() == null) {
                return false;
            }
            json.skipChildren();
            return json.nextToken() == null;
        } catch (JacksonException e) {
            return false;
        }
    }

    /** Returns true if the bytes begin with the UTF-8 byte order mark, which JSON forbids. */
    public static boolean startsWithByteOrderMark(byte[] bytes) {
        return bytes.length >= BYTE_ORDER_MARK_BYTES
                && bytes[0] == (byte) 0xEF
                && bytes[1] == (byte) 0xBB
                && bytes[2] == (byte) 0xBF;
    }

    /**
     * Returns the text with every lone surrogate, which UTF-8 cannot encode, replaced by U+FFFD.
     */
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

    /** A plain loop for speed: called for every string of every result. */
    private static boolean hasSurrogate(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    /**
     * Returns the number at the parser's position; null if its exponent is too large for any
     * calculation, as in {@code 1e99999999999}.
     */
    public static @Nullable BigDecimal decimal(JsonParser json) {
        try {
            return json.getDecimalValue();
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /**
     * Returns the whole number at the parser's position. Accepts a fraction of zeros, such as
     * {@code 100.0}. Empty for any other number, or a number beyond a long.
     */
    public static OptionalLong wholeNumber(JsonParser json) {
        BigDecimal number = decimal(json);
        if (number == null || number.signum() == 0) {
            return number == null ? OptionalLong.empty() : OptionalLong.of(0);
        }
        // Checks the digits first, because expanding 1e999999999 would exhaust the memory.
        long digits = (long) number.precision() - number.scale();
        boolean isWhole =
                digits >= 1
                        && digits <= MAX_LONG_DIGITS
                        && number.stripTrailingZeros().scale() <= 0
                        && number.abs().compareTo(MAX_LONG) <= 0;
        return isWhole ? OptionalLong.of(number.longValue()) : OptionalLong.empty();
    }

    /**
     * Checks that only white space follows the value just read.
     *
     * @throws IllegalArgumentException if another value follows
     */
    public static void requireEnd(JsonParser json, String what) {
        if (json.nextToken() != null) {
            throw new IllegalArgumentException(what + " must be one JSON object");
        }
    }

    /**
     * Returns true if the bytes are strict UTF-8. Jackson accepts overlong forms and encoded
     * surrogates in values that it skips.
     */
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

    /** Most requests are ASCII. Takes eight bytes at a time, since this loop is not vectorised. */
    private static boolean isAscii(byte[] bytes) {
        long bits = 0;
        int i = 0;
        for (; i <= bytes.length - Long.BYTES; i += Long.BYTES) {
            bits |= (long) LONGS.get(bytes, i);
        }
        for (; i < bytes.length; i++) {
            bits |= bytes[i];
        }
        return (bits & HIGH_BITS) == 0;
    }

    /** Returns the text as a JSON string, including the quotes. */
    public static String quoted(String text) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsCharArray(text)) + '"';
    }

    /**
     * Describes the kind of a JSON value for a message, such as {@code an array}; null means no
     * value.
     */
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
