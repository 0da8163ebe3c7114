package dev.millrace.wire.json;

import dev.millrace.contracts.json.JsonBytes;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads and writes trees without changing a value: numbers keep their digits, and a key that occurs
 * twice is an error, because a tree would keep only one of the two values.
 */
public final class JsonTree {
    /**
     * Maximum nesting depth of a written document: the depth that {@link JsonBytes} reads, and the
     * levels that a translation adds.
     */
    private static final int MAX_DEPTH = 1_100;

    private static final JsonMapper JSON =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamWriteConstraints(
                                            StreamWriteConstraints.builder()
                                                    .maxNestingDepth(MAX_DEPTH)
                                                    .build())
                                    .build())
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
                    .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                    .build();

    /** Reads one value of several. */
    private static final ObjectReader SCALARS =
            JSON.reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /** Reads a value although a key occurs twice. */
    private static final ObjectReader WITH_REPEATED_KEYS =
            SCALARS.without(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);

    private JsonTree() {}

    /** Returns the bytes' only value; empty if they are not one JSON value in strict UTF-8. */
    public static Optional<JsonNode> parse(byte[] json) {
        return parse(json, 0, json.length);
    }

    /** Returns the text's only value; empty if the text is not one JSON value. */
    public static Optional<JsonNode> parse(String json) {
        return parse(escaped(json).getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the text with escapes for lone surrogates, which UTF-8 cannot encode. */
    private static String escaped(String json) {
        if (json.chars().noneMatch(it -> Character.isSurrogate((char) it))) {
            return json;
        }
        var escaped = new StringBuilder(json.length());
        json.codePoints()
                .forEach(
                        it -> {
                            if (Character.getType(it) == Character.SURROGATE) {
                                escaped.append("\\u").append(HexFormat.of().toHexDigits((char) it));
                            } else {
                                escaped.appendCodePoint(it);
                            }
                        });
        return escaped.toString();
    }

    /** Returns the only value of a range of bytes; empty if the range is not one JSON value. */
    public static Optional<JsonNode> parse(byte[] json, int start, int length) {
        if (!JsonBytes.isUtf8(json)) {
            return Optional.empty();
        }
        return read(json, start, length, SCALARS);
    }

    /**
     * Returns the bytes' only value, even if a key occurs twice; its last value counts. Empty if
     * the bytes are not one JSON value.
     */
    public static Optional<JsonNode> parseWithRepeatedKeys(byte[] json) {
        return read(json, 0, json.length, WITH_REPEATED_KEYS);
    }

    private static Optional<JsonNode> read(
            byte[] json, int start, int length, ObjectReader reader) {
        try (JsonParser parser = JsonBytes.parser(json, start, length)) {
            @Nullable JsonNode value = reader.readTree(parser);
            boolean isOnlyValue =
                    value != null && !value.isMissingNode() && parser.nextToken() == null;
            return isOnlyValue ? Optional.of(value) : Optional.empty();
        } catch (JacksonException | NumberFormatException e) {
            // Jackson throws a NumberFormatException for an exponent that no BigDecimal can have.
            return Optional.empty();
        }
    }

    /**
     * Returns the complete values of an object whose text can end anywhere; empty if the text does
     * not begin an object, or has a key twice. A number at the end is left out, since digits can be
     * missing.
     */
    public static Optional<ObjectNode> beginning(String json) {
        return ObjectBeginning.read(escaped(json).getBytes(StandardCharsets.UTF_8), SCALARS);
    }

    /**
     * Returns true if a range of bytes has more tokens than a limit: names, values, and both ends
     * of objects and arrays. Reads no further, and builds no tree.
     */
    public static boolean hasMoreTokens(byte[] json, int start, int length, int limit) {
        try (JsonParser parser = JsonBytes.parser(json, start, length)) {
            int tokens = 0;
            while (tokens <= limit && parser.nextToken() != null) {
                tokens++;
            }
            return tokens > limit;
        } catch (JacksonException e) {
            return false;
        }
    }

    /** Returns the object that a range of bytes holds; empty if the range is no JSON object. */
    public static Optional<ObjectNode> parseObject(byte[] json, int start, int length) {
        return parse(json, start, length).filter(JsonNode::isObject).map(ObjectNode.class::cast);
    }

    /** Returns the value as JSON in UTF-8, in one line. A lone surrogate becomes an escape. */
    public static byte[] bytes(JsonNode value) {
        return JSON.writeValueAsBytes(value);
    }

    /** Returns the value as JSON, in one line. */
    public static String text(JsonNode value) {
        return JSON.writeValueAsString(value);
    }

    /** Creates an empty object. */
    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** Creates an empty array. */
    public static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }
}
