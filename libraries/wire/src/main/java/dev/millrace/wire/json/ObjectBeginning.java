package dev.millrace.wire.json;

import dev.millrace.contracts.json.JsonBytes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The tree of a JSON text that can end anywhere. Used once, by one thread. */
final class ObjectBeginning {
    private final ObjectReader scalars;
    private final Deque<JsonNode> open = new ArrayDeque<>();
    private @Nullable JsonNode root;
    private String name = "";
    private boolean hasKeyTwice;

    private ObjectBeginning(ObjectReader scalars) {
        this.scalars = scalars;
    }

    /**
     * Returns the complete values of the object that the text begins.
     *
     * @param scalars reads one value of several
     */
    static Optional<ObjectNode> read(byte[] json, ObjectReader scalars) {
        var beginning = new ObjectBeginning(scalars);
        try (JsonParser parser = JsonBytes.parser(json, 0, json.length)) {
            beginning.addAll(parser, json.length);
        } catch (JacksonException | NumberFormatException e) {
            // The text ends here, or continues in a way that JSON does not allow.
        }
        return beginning.root instanceof ObjectNode object && !beginning.hasKeyTwice
                ? Optional.of(object)
                : Optional.empty();
    }

    /** Adds all tokens except a number at the end, which can lack digits. */
    private void addAll(JsonParser parser, long length) {
        for (var token = parser.nextToken(); token != null; token = parser.nextToken()) {
            boolean isAtEnd = parser.currentLocation().getByteOffset() == length;
            if (!(token.isNumeric() && isAtEnd)) {
                add(parser, token);
            }
        }
    }

    private void add(JsonParser parser, JsonToken token) {
        switch (token) {
            case PROPERTY_NAME -> name = parser.currentName();
            case START_OBJECT -> open(JsonTree.object());
            case START_ARRAY -> open(JsonTree.array());
            case END_OBJECT, END_ARRAY -> open.pop();
            default -> attach(scalars.readTree(parser));
        }
    }

    private void open(JsonNode container) {
        attach(container);
        open.push(container);
    }

    private void attach(JsonNode value) {
        switch (open.peek()) {
            case ObjectNode parent -> hasKeyTwice |= parent.replace(name, value) != null;
            case ArrayNode parent -> parent.add(value);
            case null, default -> root = value;
        }
    }
}
