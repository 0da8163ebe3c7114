package dev.millrace.contracts.json;

import java.util.HashSet;
import java.util.List;
import java.util.function.BiConsumer;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads a JSON object with a fixed set of possible keys.
 *
 * @param keys the known keys
 */
public record KnownKeys(List<String> keys) {
    public KnownKeys {
        keys = List.copyOf(keys);
    }

    public static KnownKeys of(String... keys) {
        return new KnownKeys(List.of(keys));
    }

    /** Returns the problem of an unknown key. */
    public String unknown() {
        return "is not a known key, known keys are " + String.join(", ", keys);
    }

    /**
     * Reads the object at the parser's current token, to its end.
     *
     * @param fields gets each key whose value is not null, known or not, and the first token of its
     *     value
     * @param problems gets a known key that appears twice, and the problem
     */
    public void read(
            JsonParser json,
            BiConsumer<String, JsonToken> fields,
            BiConsumer<String, String> problems) {
        // Remembers only known keys: an object can have a million unknown keys, which could exhaust
        // the heap.
        var seen = new HashSet<String>();
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            if (keys.contains(name) && !seen.add(name)) {
                problems.accept(name, "appears twice");
            }
            if (value != JsonToken.VALUE_NULL) {
                fields.accept(name, value);
            }
            json.skipChildren();
        }
    }
}
