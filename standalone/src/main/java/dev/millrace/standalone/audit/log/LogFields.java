package dev.millrace.standalone.audit.log;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
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

    /** The few field names that this package looks up. */
    private static final Map<String, String> NAMES = new ConcurrentHashMap<>();

    private final Map<String, JsonNode> fields = new HashMap<>();

    LogFields(JsonNode object) {
        object.properties()
                .forEach(it -> fields.putIfAbsent(normalized(it.getKey()), it.getValue()));
    }

    /** A plain loop for speed: called for every key of every entry. */
    private static String normalized(String name) {
        var normalized = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            char c = Character.toLowerCase(name.charAt(i));
            if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.') {
                normalized.append(c);
            }
        }
        return normalized.toString();
    }

    /** Returns a field by its name in snake case; a missing node without it. */
    JsonNode get(String name) {
        String known = NAMES.get(name);
        if (known == null) {
            known = NAMES.computeIfAbsent(name, LogFields::normalized);
        }
        return fields.getOrDefault(known, MissingNode.getInstance());
    }

    /** Returns the first field whose value is neither null nor blank. */
    Optional<JsonNode> first(Iterable<String> names) {
        for (String name : names) {
            JsonNode field = get(name);
            if (field.isValueNode() && !field.isNull() && !isBlank(field)) {
                return Optional.of(field);
            }
        }
        return Optional.empty();
    }

    /** Returns true for a text that means "no value" in exported tables. */
    private static boolean isBlank(JsonNode field) {
        String text = field.asString("").strip();
        return text.isEmpty() || text.equalsIgnoreCase("null") || text.equals("\\N");
    }

    /**
     * Returns an object, which exported tables have as text; a missing node for any other value.
     */
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
