package dev.millrace.gateway.stream;

import dev.millrace.contracts.json.JsonBytes;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Reads and writes the objects of events. Numbers keep their digits. */
final class StreamJson {
    /** Key of what Millrace adds to an answer. */
    static final String MILLRACE = "millrace";

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                    .build();

    private StreamJson() {}

    /** Returns an object; empty if the bytes are none. */
    static Optional<ObjectNode> parse(byte[] json) {
        try (var parser = JsonBytes.parser(json, 0, json.length)) {
            JsonNode read = JSON.readTree(parser);
            return read instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    /** Returns true if an object in an object has a property that is true. Keeps nothing else. */
    static boolean isTrue(byte[] json, String object, String property) {
        try (JsonParser parser = JsonBytes.parser(json, 0, json.length)) {
            return parser.nextToken() == JsonToken.START_OBJECT
                    && find(parser, object) == JsonToken.START_OBJECT
                    && find(parser, property) == JsonToken.VALUE_TRUE;
        } catch (JacksonException e) {
            return false;
        }
    }

    /** Moves to the value of a property of the present object; null if there is none. */
    private static @Nullable JsonToken find(JsonParser parser, String property) {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            boolean isFound = parser.currentName().equals(property);
            JsonToken value = parser.nextToken();
            if (isFound) {
                return value;
            }
            parser.skipChildren();
        }
        return null;
    }

    static ObjectNode object() {
        return JSON.createObjectNode();
    }

    static byte[] bytes(JsonNode node) {
        return JSON.writeValueAsBytes(node);
    }

    /** Returns a copy without some properties. */
    static ObjectNode without(JsonNode object, Set<String> names) {
        var copy = object();
        for (var property : object.properties()) {
            if (!names.contains(property.getKey())) {
                copy.set(property.getKey(), property.getValue());
            }
        }
        return copy;
    }

    /** Returns the text of a property; empty if it has none. */
    static String text(JsonNode object, String name) {
        JsonNode value = object.path(name);
        return value.isString() ? value.stringValue() : "";
    }
}
