package dev.millrace.contracts.result;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * The scalars of a cost event, or of an object in it, as text. What is null counts as absent.
 *
 * @param what names the object in messages
 */
record CostFields(String what, Map<String, String> values) {
    /** Before and behind the point; money is exact, but never so exact. */
    private static final int MOST_DIGITS = 1_000;

    /** None yet. */
    static CostFields of(String what) {
        return new CostFields(what, new HashMap<>());
    }

    /** Keeps the value that the parser stands at, if it is a scalar. */
    void take(String name, JsonParser json) {
        JsonToken token = json.currentToken();
        if (token.isScalarValue() && token != JsonToken.VALUE_NULL) {
            values.put(name, json.getString());
        }
    }

    /** Null when it is absent. */
    @Nullable String optional(String name) {
        return values.get(name);
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    String text(String name) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException(what + " must have " + name);
        }
        return value;
    }

    boolean flag(String name) {
        return switch (text(name)) {
            case "true" -> true;
            case "false" -> false;
            default ->
                    throw new IllegalArgumentException(
                            what + "'s " + name + " must be true or false");
        };
    }

    int count(String name) {
        return Integer.parseInt(text(name));
    }

    long number(String name) {
        return Long.parseLong(text(name));
    }

    /** A number that earlier versions did not have. */
    long number(String name, String before) {
        return Long.parseLong(values.getOrDefault(name, before));
    }

    BigDecimal decimal(String name) {
        return sane(name, text(name));
    }

    /** A decimal that earlier versions did not have. */
    BigDecimal decimal(String name, String before) {
        return sane(name, values.getOrDefault(name, before));
    }

    /** Writing out 1e999999999 would take all memory of whoever counts with it. */
    private BigDecimal sane(String name, String text) {
        var number = new BigDecimal(text);
        if (Math.abs((long) number.scale()) > MOST_DIGITS || number.precision() > MOST_DIGITS) {
            throw new IllegalArgumentException(what + "'s " + name + " has too many digits");
        }
        return number;
    }
}
