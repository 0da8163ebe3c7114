package dev.millrace.contracts.result;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * The scalar fields of a cost event, or of an object in it, as text. Null values count as absent.
 *
 * @param what name of the object, for messages
 */
record CostFields(String what, Map<String, String> values) {
    /** Maximum digits before and after the decimal point; more are never a plausible amount. */
    private static final int MAX_DIGITS = 1_000;

    /** Creates an empty set of fields. */
    static CostFields of(String what) {
        return new CostFields(what, new HashMap<>());
    }

    /** Stores the parser's current value if it is a scalar. */
    void put(String name, JsonParser json) {
        JsonToken token = json.currentToken();
        if (token.isScalarValue() && token != JsonToken.VALUE_NULL) {
            values.put(name, json.getString());
        }
    }

    /** Returns the value, or null if absent. */
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

    /** Returns a number, or a default for events of earlier versions without the field. */
    long number(String name, String missingValue) {
        return Long.parseLong(values.getOrDefault(name, missingValue));
    }

    BigDecimal decimal(String name) {
        return checked(name, text(name));
    }

    /** Returns a decimal, or a default for events of earlier versions without the field. */
    BigDecimal decimal(String name, String missingValue) {
        return checked(name, values.getOrDefault(name, missingValue));
    }

    /** Rejects numbers such as 1e999999999, which would exhaust the memory when expanded. */
    private BigDecimal checked(String name, String text) {
        var number = new BigDecimal(text);
        if (Math.abs((long) number.scale()) > MAX_DIGITS || number.precision() > MAX_DIGITS) {
            throw new IllegalArgumentException(what + "'s " + name + " has too many digits");
        }
        return number;
    }
}
