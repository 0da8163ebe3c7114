package dev.millrace.reader.binding;

import dev.millrace.reader.document.Node;
import dev.millrace.reader.problem.Problems;
import java.math.BigDecimal;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Converts nodes to JSON, for sections that another module interprets. */
final class RawJson {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Problems problems;

    RawJson(Problems problems) {
        this.problems = problems;
    }

    /** Converts the node to JSON; an empty value becomes an empty object. */
    JsonNode of(Node node, String path) {
        return node instanceof Node.Scalar scalar && scalar.type() == Node.ScalarType.NOTHING
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
        return switch (scalar.type()) {
            case NOTHING -> JSON.nullNode();
            case BOOLEAN -> JSON.booleanNode(scalar.text().equals("true"));
            case NUMBER -> number(scalar.text());
            case TEXT ->
                    scalar.interpolated() ? number(scalar.text()) : JSON.stringNode(scalar.text());
        };
    }

    /**
     * Returns a JSON number if the text is numeric, otherwise a JSON string. YAML syntax does not
     * determine the type of an interpolated value.
     */
    private static JsonNode number(String text) {
        try {
            return JSON.numberNode(new BigDecimal(text.replace("_", "")));
        } catch (NumberFormatException e) {
            return JSON.stringNode(text);
        }
    }
}
