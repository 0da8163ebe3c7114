package dev.millrace.standalone.audit.log;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/**
 * The fields of an entry by their names without capitals, blanks and punctuation, since exports
 * write one name in several ways.
 */
final class LogFields {
    private static final JsonMapper JSON = new JsonMapper();

    private final Map<String, JsonNode> fields = new HashMap<>();

    LogFields(JsonNode object) {
        object.properties()
                .forEach(it -> fields.putIfAbsent(normalized(it.getKey()), it.getValue()));
    }

    private static String normalized(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.]", "");
    }

    /** Returns a field; a missing node without it. */
    JsonNode get(String name) {
        return fields.getOrDefault(normalized(name), MissingNode.getInstance());
    }

    /** Returns the first field that has a value that is neither null nor a blank text. */
    Optional<JsonNode> first(Iterable<String> names) {
        for (String name : names) {
            JsonNode field = get(name);
            if (field.isValueNode() && !field.isNull() && !field.asString("x").isBlank()) {
                return Optional.of(field);
            }
        }
        return Optional.empty();
    }

    /** Returns an object; exports of tables have it as text. A missing node if it is none. */
    JsonNode object(String name) {
        return object(get(name));
    }

    static JsonNode object(JsonNode field) {
        String text = field.isString() ? field.stringValue().strip() : "";
        if (!text.startsWith("{")) {
            return field.isObject() ? field : MissingNode.getInstance();
        }
        try {
            JsonNode read = JSON.readTree(text);
            return read.isObject() ? read : MissingNode.getInstance();
        } catch (JacksonException e) {
            return MissingNode.getInstance();
        }
    }
}
