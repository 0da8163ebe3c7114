package dev.millrace.contracts.json;

import java.util.LinkedHashSet;
import java.util.Set;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Finds keys of a JSON object without reading their values. */
public final class ObjectKeys {
    private ObjectKeys() {}

    /**
     * Returns the wanted keys that the object has with another value than null, in the order of the
     * object.
     *
     * @param bytes contain a valid JSON object from {@code start}, of {@code length} bytes
     * @param wanted top-level keys, and {@link #nested} keys of the objects among their values
     */
    public static Set<String> withValue(byte[] bytes, int start, int length, Set<String> wanted) {
        Set<String> keys = new LinkedHashSet<>();
        try (JsonParser json = JsonBytes.parser(bytes, start, length)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String key = json.currentName();
                JsonToken value = json.nextToken();
                if (value != JsonToken.VALUE_NULL && wanted.contains(key)) {
                    keys.add(key);
                }
                if (value == JsonToken.START_OBJECT) {
                    addNested(json, key, wanted, keys);
                }
                json.skipChildren();
            }
        }
        return keys;
    }

    /** Reads an object to its end. */
    private static void addNested(
            JsonParser json, String parent, Set<String> wanted, Set<String> keys) {
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String key = nested(parent, json.currentName());
            if (json.nextToken() != JsonToken.VALUE_NULL && wanted.contains(key)) {
                keys.add(key);
            }
            json.skipChildren();
        }
    }

    /** Returns the name {@code parent.key} of a key within the object that another key has. */
    public static String nested(String parent, String key) {
        return parent + "." + key;
    }
}
