package dev.millrace.standalone.schema;

import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/**
 * The paths of keys, such as {@code millrace.split.parts} and {@code millrace.fallbacks[].model}.
 */
final class SchemaKeys {
    private SchemaKeys() {}

    /** Returns the paths of the keys that a schema names. */
    static Set<String> of(JsonNode schema) {
        var keys = new TreeSet<String>();
        collect(schema, "", keys);
        return keys;
    }

    private static void collect(JsonNode schema, String path, Set<String> keys) {
        schema.path("properties")
                .forEachEntry(
                        (key, below) -> {
                            keys.add(path + key);
                            collect(below, path + key + '.', keys);
                            collect(below.path("items"), path + key + "[].", keys);
                        });
    }

    /** Returns the paths of the keys of a value that its schema names. */
    static Set<String> used(JsonNode value, JsonNode schema) {
        var keys = new TreeSet<String>();
        collectUsed(value, schema, "", keys);
        return keys;
    }

    private static void collectUsed(
            JsonNode value, JsonNode schema, String path, Set<String> keys) {
        schema.path("properties")
                .forEachEntry(
                        (key, below) -> {
                            if (value.has(key)) {
                                keys.add(path + key);
                                collectUsed(value.path(key), below, path + key + '.', keys);
                                for (JsonNode item : value.path(key)) {
                                    collectUsed(
                                            item, below.path("items"), path + key + "[].", keys);
                                }
                            }
                        });
    }
}
