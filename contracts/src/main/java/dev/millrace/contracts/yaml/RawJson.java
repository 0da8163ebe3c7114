package dev.millrace.contracts.yaml;

import java.math.BigDecimal;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Turns nodes into JSON for sections whose meaning another module knows. */
final class RawJson {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Problems problems;

    RawJson(Problems problems) {
        this.problems = problems;
    }

    /** The node as JSON; nothing at all is an empty object. */
    JsonNode of(Node node, String path) {
        return node instanceof Node.Scalar scalar && scalar.look() == Node.Look.NOTHING
                ? JSON.objectNode()
                : json(node, path);
    }

    private JsonNode json(Node node, String path) {
        return switch (node) {
            case Node.Mapping mapping -> {
                var object = JSON.objectNode();
                mapping.entries()
                        .forEach(
                                (key, entry) ->
                                        object.set(key, json(entry.value(), path + "." + key)));
                yield object;
            }
            case Node.Sequence sequence -> {
                var array = JSON.arrayNode();
                sequence.items()
                        .forEach(item -> array.add(json(item, path + "[" + array.size() + "]")));
                yield array;
            }
            case Node.Scalar scalar -> scalar(scalar, path);
        };
    }

    private JsonNode scalar(Node.Scalar scalar, String path) {
        scalar.missing().ifPresent(reason -> problems.add(scalar.line(), path, reason));
        return switch (scalar.look()) {
            case NOTHING -> JSON.nullNode();
            case BOOLEAN -> JSON.booleanNode(scalar.text().equals("true"));
            case NUMBER -> number(scalar.text());
            case TEXT ->
                    scalar.interpolated() ? number(scalar.text()) : JSON.stringNode(scalar.text());
        };
    }

    /**
     * A number where the text is one: what a reference was replaced with does not look like
     * anything yet.
     */
    private static JsonNode number(String text) {
        try {
            return JSON.numberNode(new BigDecimal(text.replace("_", "")));
        } catch (NumberFormatException e) {
            return JSON.stringNode(text);
        }
    }
}
