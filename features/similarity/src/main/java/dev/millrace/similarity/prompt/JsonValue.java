package dev.millrace.similarity.prompt;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** A JSON value in memory. Numbers keep their original spelling. */
sealed interface JsonValue {
    record Text(String text) implements JsonValue {}

    /** A number, {@code true}, {@code false} or {@code null}. */
    record Plain(String written) implements JsonValue {
        boolean isNull() {
            return written.equals("null");
        }
    }

    record Array(List<JsonValue> items) implements JsonValue {}

    record Fields(SortedMap<String, JsonValue> fields) implements JsonValue {
        /** Returns a field that is not null; null if there is none. */
        @Nullable JsonValue get(String name) {
            JsonValue value = fields.get(name);
            return value instanceof Plain plain && plain.isNull() ? null : value;
        }

        /** Returns true if a field is the given text. */
        boolean has(String name, String text) {
            return fields.get(name) instanceof Text(String actual) && actual.equals(text);
        }
    }

    /**
     * Reads the value at the parser's token.
     *
     * @throws tools.jackson.core.JacksonException if the text is no JSON, or has a key twice and
     *     the parser detects it
     */
    static JsonValue read(JsonParser parser) {
        return switch (parser.currentToken()) {
            case START_OBJECT -> fields(parser);
            case START_ARRAY -> array(parser);
            case VALUE_STRING -> new Text(parser.getString());
            default -> new Plain(parser.getString());
        };
    }

    private static JsonValue array(JsonParser parser) {
        List<JsonValue> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(read(parser));
        }
        return new Array(items);
    }

    private static JsonValue fields(JsonParser parser) {
        SortedMap<String, JsonValue> fields = new TreeMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            fields.put(name, read(parser));
        }
        return new Fields(fields);
    }
}
