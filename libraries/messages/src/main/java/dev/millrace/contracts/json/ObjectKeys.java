package dev.millrace.contracts.json;

import java.util.LinkedHashSet;
import java.util.Set;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Finds keys of a JSON object without reading their values. */
public final class ObjectKeys {
    private ObjectKeys() {}

    /**
     * Returns the wanted keys whose value in the object is not null, in the order of the object.
     *
     * @param bytes contain a valid JSON object from {@code start}, of {@code length} bytes
     * @param wanted top-level keys, and {@link #nested} keys of top-level objects
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

    /**
     * Adds the wanted keys of the object that is the value of {@code parent}, and reads to its end.
     */
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

    /**
     * Returns {@code parent.key}, the name of a key in the object that is the value of {@code
     * parent}.
     */
    public static String nested(String parent, String key) {
        return parent + "." + key;
    }
}
