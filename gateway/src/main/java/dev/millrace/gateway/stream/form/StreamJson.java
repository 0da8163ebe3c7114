package dev.millrace.gateway.stream.form;

import dev.millrace.wire.json.JsonTree;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads the objects of events. */
final class StreamJson {
    /** Key of Millrace's additions to an answer. */
    static final String MILLRACE = "millrace";

    private StreamJson() {}

    /** Returns the object that the bytes hold; empty if they hold no object. */
    static Optional<ObjectNode> parse(byte[] json) {
        return JsonTree.parseWithRepeatedKeys(json)
                .filter(JsonNode::isObject)
                .map(ObjectNode.class::cast);
    }

    /** Returns a copy without some properties. */
    static ObjectNode without(JsonNode object, Set<String> names) {
        var copy = JsonTree.object();
        for (var property : object.properties()) {
            if (!names.contains(property.getKey())) {
                copy.set(property.getKey(), property.getValue());
            }
        }
        return copy;
    }

    /** Returns the text of a property; empty if the object has no such text. */
    static String text(JsonNode object, String name) {
        JsonNode value = object.path(name);
        return value.isString() ? value.stringValue() : "";
    }
}
