package dev.millrace.gateway.answer;

import dev.millrace.contracts.json.JsonBytes;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Finds out whether a boolean field of a body is set, without building a tree of the body. */
public final class StreamFlag {
    private StreamFlag() {}

    /**
     * Returns true if the field is true; false for an invalid body.
     *
     * @param path names of the enclosing objects, outermost first, then of the field
     */
    public static boolean isSet(byte[] body, String... path) {
        try (JsonParser json = JsonBytes.parser(body, 0, body.length)) {
            @Nullable JsonToken value = json.nextToken();
            for (String name : path) {
                value = value == JsonToken.START_OBJECT ? find(json, name) : null;
            }
            return value == JsonToken.VALUE_TRUE;
        } catch (JacksonException e) {
            return false;
        }
    }

    /**
     * Moves to the value of a property of the current object; returns null for a missing property.
     */
    private static @Nullable JsonToken find(JsonParser json, String name) {
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            boolean isFound = json.currentName().equals(name);
            JsonToken value = json.nextToken();
            if (isFound) {
                return value;
            }
            json.skipChildren();
        }
        return null;
    }
}
