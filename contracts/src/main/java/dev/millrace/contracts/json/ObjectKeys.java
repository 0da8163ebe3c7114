package dev.millrace.contracts.json;

import java.util.LinkedHashSet;
import java.util.Set;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Lists the keys of a JSON object without reading their values. */
public final class ObjectKeys {
    private ObjectKeys() {}

    /**
     * Returns the top-level keys whose value is not null, in order.
     *
     * @param bytes contain a valid JSON object from {@code start}, of {@code length} bytes
     */
    public static Set<String> withValue(byte[] bytes, int start, int length) {
        Set<String> keys = new LinkedHashSet<>();
        try (JsonParser json = JsonBytes.parser(bytes, start, length)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String key = json.currentName();
                if (json.nextToken() != JsonToken.VALUE_NULL) {
                    keys.add(key);
                }
                json.skipChildren();
            }
        }
        return keys;
    }
}
