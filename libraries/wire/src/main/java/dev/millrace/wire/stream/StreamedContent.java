package dev.millrace.wire.stream;

import dev.millrace.wire.json.JsonTree;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A content that arrives as a list of parts. Mistral's reasoning models send parts with their
 * reasoning, then parts and plain texts with the answer. Neighbouring pieces of one type become one
 * part, as in the unstreamed answer. Items of any other form are kept unchanged. Used by one
 * thread.
 *
 * @see <a href="https://docs.mistral.ai/capabilities/reasoning">Reference</a>
 */
final class StreamedContent {
    private static final String TYPE = "type";
    private static final String TEXT = "text";
    private static final String THINKING = "thinking";

    private final HeldSize held;
    private final ArrayNode parts = JsonTree.array();

    /** The text of the open part. */
    private final StringBuilder text = new StringBuilder();

    /** The last part, if its text can continue; null otherwise. */
    private @Nullable ObjectNode open;

    /**
     * @param text the pieces that came before the list, already counted as held
     */
    StreamedContent(HeldSize held, CharSequence text) {
        this.held = held;
        if (!text.isEmpty()) {
            append(TEXT, text);
        }
    }

    void add(ArrayNode items) {
        held.add(items);
        items.forEach(this::addItem);
    }

    void addText(String piece) {
        held.add(piece);
        if (!piece.isEmpty()) {
            append(TEXT, piece);
        }
    }

    private void addItem(JsonNode item) {
        Optional<String> piece = piece(item);
        if (piece.isEmpty()) {
            close();
            parts.add(item);
            return;
        }
        String type = item.path(TYPE).asString("");
        ObjectNode part = append(type, piece.get());
        for (Map.Entry<String, JsonNode> field : item.properties()) {
            // The text of a part has the name of its type.
            if (!field.getKey().equals(type)) {
                part.set(field.getKey(), field.getValue());
            }
        }
    }

    /** Returns the text of a part, or the joined texts of a reasoning; empty for other items. */
    private static Optional<String> piece(JsonNode item) {
        return switch (item.path(TYPE).asString("")) {
            case TEXT -> text(item);
            case THINKING -> joined(item.path(THINKING));
            default -> Optional.empty();
        };
    }

    private static Optional<String> text(JsonNode item) {
        return Optional.of(item.path(TEXT)).filter(JsonNode::isString).map(JsonNode::stringValue);
    }

    private static Optional<String> joined(JsonNode texts) {
        var joined = new StringBuilder();
        for (JsonNode item : texts) {
            Optional<String> text = text(item);
            if (text.isEmpty() || item.size() != 2) {
                return Optional.empty();
            }
            joined.append(text.get());
        }
        return texts.isArray() ? Optional.of(joined.toString()) : Optional.empty();
    }

    private ObjectNode append(String type, CharSequence piece) {
        ObjectNode part = open;
        if (part == null || !part.path(TYPE).asString("").equals(type)) {
            close();
            part = parts.addObject().put(TYPE, type);
            open = part;
        }
        text.append(piece);
        return part;
    }

    private void close() {
        if (open == null) {
            return;
        }
        if (open.path(TYPE).asString("").equals(THINKING)) {
            open.putArray(THINKING).addObject().put(TYPE, TEXT).put(TEXT, text.toString());
        } else {
            open.put(TEXT, text.toString());
        }
        text.setLength(0);
        open = null;
    }

    ArrayNode toJson() {
        close();
        return parts;
    }
}
