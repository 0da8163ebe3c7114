package dev.millrace.contracts.json;

import dev.millrace.yaml.document.SyntaxProblem;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads the fields of a small JSON object, such as a control record. Ignores unknown keys, which a
 * later version can have added.
 *
 * @param node the object
 * @param what kind of record, for messages
 */
public record JsonFields(JsonNode node, String what) {
    /** Maximum digits before or after the decimal point. */
    private static final int MAX_DIGITS = 1_000;

    private static final JsonMapper JSON =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
                                    .build())
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .build();

    /** Returns an empty object. */
    public static ObjectNode object() {
        return JSON.createObjectNode();
    }

    public static byte[] bytes(ObjectNode object) {
        return JSON.writeValueAsBytes(object);
    }

    /**
     * Reads a value.
     *
     * @throws IllegalArgumentException if the value is not a JSON object
     */
    public static JsonFields read(byte[] value, String what) {
        try {
            var node = JSON.readTree(value);
            if (node != null && node.isObject()) {
                return new JsonFields(node, what);
            }
        } catch (JacksonException e) {
            throw new IllegalArgumentException(
                    what + " must be JSON: " + SyntaxProblem.describe(e));
        }
        throw new IllegalArgumentException(what + " must be a JSON object");
    }

    public String text(String key) {
        return optionalText(key).orElseThrow(() -> invalid(key, "text"));
    }

    public Optional<String> optionalText(String key) {
        var value = node.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isString()) {
            throw invalid(key, "text");
        }
        return Optional.of(value.stringValue());
    }

    public Instant time(String key) {
        return optionalTime(key).orElseThrow(() -> invalid(key, "a time"));
    }

    public Optional<Instant> optionalTime(String key) {
        try {
            return optionalText(key).map(Instant::parse);
        } catch (DateTimeException e) {
            throw invalid(key, "a time");
        }
    }

    /** Returns a whole number of at least {@code least}. */
    public long number(String key, long least) {
        var value = node.path(key);
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < least) {
            throw invalid(key, "a whole number from " + least);
        }
        return value.longValue();
    }

    /** Returns a whole number of at least {@code least}, as an int. */
    public int count(String key, int least) {
        var number = number(key, least);
        if (number > Integer.MAX_VALUE) {
            throw invalid(key, "a smaller number");
        }
        return (int) number;
    }

    public Optional<BigDecimal> optionalDecimal(String key) {
        return node.has(key) ? Optional.of(decimal(key)) : Optional.empty();
    }

    public BigDecimal decimal(String key) {
        var value = node.path(key);
        if (!value.isNumber()) {
            throw invalid(key, "a number");
        }
        var number = value.decimalValue();
        // Expanding 1e999999999 would exhaust the memory of every follower.
        if (Math.abs((long) number.scale()) > MAX_DIGITS) {
            throw invalid(key, "a number of fewer digits");
        }
        return number;
    }

    private IllegalArgumentException invalid(String key, String expected) {
        return new IllegalArgumentException(what + " must have " + expected + " as " + key);
    }
}
