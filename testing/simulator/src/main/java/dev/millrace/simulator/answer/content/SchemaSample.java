package dev.millrace.simulator.answer.content;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Generates a value that matches a JSON Schema, for structured output. Supports the keywords that
 * providers accept.
 */
final class SchemaSample {
    /**
     * From this depth on, only required properties are generated, so that recursive schemas
     * terminate.
     */
    private static final int ALL_PROPERTIES_DEPTH = 4;

    private static final int MAX_DEPTH = 24;
    private static final int MAX_ITEMS = 16;
    private static final int MAX_TEXT = 4_096;
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final JsonNode root;
    private final String hash;
    private final int variant;

    private SchemaSample(JsonNode root, String hash) {
        this.root = root;
        this.hash = hash;
        this.variant = Integer.parseInt(hash.substring(0, 4), 16);
    }

    static JsonNode of(JsonNode schema, String hash) {
        return new SchemaSample(schema, hash).value(schema, "value", 0);
    }

    /** Returns the arguments of a tool with the given schema: always an object. */
    static JsonNode object(JsonNode schema, String hash) {
        JsonNode sample = of(schema, hash);
        return sample.isObject() ? sample : JSON.objectNode();
    }

    private JsonNode value(JsonNode schema, String name, int depth) {
        if (depth > MAX_DEPTH) {
            return JSON.nullNode();
        }
        if (schema.path("$ref").isString()) {
            return value(resolve(schema.path("$ref").stringValue()), name, depth + 1);
        }
        if (schema.has("const")) {
            return schema.path("const");
        }
        if (schema.path("enum").isArray() && !schema.path("enum").isEmpty()) {
            return schema.path("enum").path(variant % schema.path("enum").size());
        }
        JsonNode branch = firstBranch(schema);
        return branch != null ? value(branch, name, depth + 1) : typed(schema, name, depth);
    }

    private JsonNode typed(JsonNode schema, String name, int depth) {
        return switch (type(schema)) {
            case "object" -> object(schema, depth);
            case "array" -> array(schema, name, depth);
            case "integer" -> JSON.numberNode(Math.round(number(schema)));
            case "number" -> JSON.numberNode(number(schema));
            case "boolean" -> JSON.booleanNode(variant % 2 == 0);
            case "null" -> JSON.nullNode();
            default -> JSON.stringNode(text(schema, name));
        };
    }

    private static @Nullable JsonNode firstBranch(JsonNode schema) {
        for (String keyword : new String[] {"anyOf", "oneOf", "allOf"}) {
            JsonNode branches = schema.path(keyword);
            if (branches.isArray() && !branches.isEmpty()) {
                return branches.path(0);
            }
        }
        return null;
    }

    private static String type(JsonNode schema) {
        JsonNode type = schema.path("type");
        if (type.isArray()) {
            for (JsonNode element : type) {
                if (!element.asString("").equals("null")) {
                    return element.asString("");
                }
            }
        }
        return type.asString(schema.has("properties") ? "object" : "string");
    }

    private JsonNode resolve(String reference) {
        return reference.startsWith("#") ? root.at(reference.substring(1)) : JSON.objectNode();
    }

    private ObjectNode object(JsonNode schema, int depth) {
        ObjectNode object = JSON.objectNode();
        JsonNode required = schema.path("required");
        schema.path("properties")
                .properties()
                .forEach(
                        property -> {
                            String name = property.getKey();
                            boolean isIncluded =
                                    depth < ALL_PROPERTIES_DEPTH
                                            || required.valueStream()
                                                    .anyMatch(
                                                            element ->
                                                                    name.equals(
                                                                            element.asString("")));
                            if (isIncluded) {
                                object.set(name, value(property.getValue(), name, depth + 1));
                            }
                        });
        return object;
    }

    private ArrayNode array(JsonNode schema, String name, int depth) {
        int min = Math.clamp(schema.path("minItems").asLong(0), 0, MAX_ITEMS);
        int items = depth < ALL_PROPERTIES_DEPTH ? Math.max(1, min) : min;
        ArrayNode array = JSON.arrayNode();
        for (int i = 0; i < items; i++) {
            array.add(value(schema.path("items"), name, depth + 1));
        }
        return array;
    }

    private double number(JsonNode schema) {
        double low =
                schema.path("minimum").asDouble(schema.path("exclusiveMinimum").asDouble(-1) + 1);
        double high =
                schema.path("maximum")
                        .asDouble(schema.path("exclusiveMaximum").asDouble(low + 101) - 1);
        return high > low ? low + variant % (long) Math.max(1, high - low) : low;
    }

    private String text(JsonNode schema, String name) {
        String format = schema.path("format").asString("");
        return switch (format) {
            case "date-time" -> "2026-01-01T00:00:00Z";
            case "date" -> "2026-01-01";
            case "time" -> "00:00:00Z";
            case "email" -> hash + "@example.com";
            case "uri" -> "https://example.com/" + hash;
            case "uuid" -> "00000000-0000-4000-8000-" + hash;
            default -> fitLength(schema, "simulated " + name + " " + hash);
        };
    }

    private static String fitLength(JsonNode schema, String text) {
        int min = Math.clamp(schema.path("minLength").asLong(0), 0, MAX_TEXT);
        int max = Math.clamp(schema.path("maxLength").asLong(MAX_TEXT), 0, MAX_TEXT);
        String padded = text.length() < min ? text + ".".repeat(min - text.length()) : text;
        return padded.length() > max ? padded.substring(0, max) : padded;
    }
}
