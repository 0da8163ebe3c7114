package dev.millrace.wire.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.wire.json.JsonTree;
import dev.millrace.wire.json.LenientJson;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** One content block of a streamed message. Used by one thread. */
final class StreamedBlock {
    private static final String TYPE = "type";
    private static final String INPUT = "input";
    private static final String TEXT = "text";
    private static final String THINKING = "thinking";

    /** Blocks that start empty; any other block starts with content. */
    private static final Set<String> STARTS_EMPTY = Set.of(TEXT, THINKING);

    private final ObjectNode block;
    private final ObjectNode started;
    private final HeldSize held;
    private final Map<String, StringBuilder> texts = new LinkedHashMap<>();
    private final StringBuilder input = new StringBuilder();
    private boolean isChanged;
    private boolean isInputIncomplete;

    StreamedBlock(ObjectNode block, HeldSize held) {
        this.block = block;
        this.started = block.deepCopy();
        this.held = held;
    }

    static boolean startsWithContent(ObjectNode block) {
        return !STARTS_EMPTY.contains(block.path(TYPE).asString(""));
    }

    /** Returns true if the event that began this block is repeated. */
    boolean isStartedBy(ObjectNode other) {
        boolean isSameTool = other.has("id") && other.path("id").equals(started.path("id"));
        return isSameTool || (!isChanged && other.equals(started));
    }

    /** Returns the type of a block that a piece can begin; empty if it cannot begin one. */
    static String typeOf(ObjectNode delta) {
        return switch (delta.path(TYPE).asString("")) {
            case "thinking_delta", "signature_delta" -> THINKING;
            case "input_json_delta" -> "";
            default -> TEXT;
        };
    }

    /**
     * Returns true if this block can take a piece.
     *
     * @param type type of the block that the piece can begin; empty for a tool's input
     */
    boolean takes(String type) {
        String own = block.path(TYPE).asString("");
        return type.isEmpty()
                ? !STARTS_EMPTY.contains(own)
                : own.equals(type) || !(STARTS_EMPTY.contains(own) || own.contains("tool"));
    }

    /** Adds a piece. Returns true if it has content. */
    boolean add(ObjectNode delta) {
        isChanged = true;
        return switch (delta.path(TYPE).asString("")) {
            case "input_json_delta" -> appendInput(delta.path("partial_json").asString(""));
            case "citations_delta" -> addCitation(delta.path("citation"));
            default -> appendTexts(delta);
        };
    }

    /** Appends the texts of a piece, of any type, to the block's texts of equal name. */
    private boolean appendTexts(ObjectNode delta) {
        boolean hasText = false;
        for (Map.Entry<String, JsonNode> field : delta.properties()) {
            String key = field.getKey();
            if (!key.equals(TYPE) && field.getValue().isString()) {
                String piece = field.getValue().stringValue();
                held.add(piece);
                texts.computeIfAbsent(key, _ -> new StringBuilder(block.path(key).asString("")))
                        .append(piece);
                hasText |= !piece.isEmpty();
            }
        }
        return hasText;
    }

    private boolean appendInput(String piece) {
        held.add(piece);
        input.append(piece);
        return !piece.isEmpty();
    }

    private boolean addCitation(JsonNode citation) {
        held.add(citation);
        if (!block.path("citations").isArray()) {
            block.set("citations", JsonTree.array());
        }
        block.withArrayProperty("citations").add(citation);
        return true;
    }

    /** Completes the block, except for an input that is no JSON object. */
    void finish() {
        texts.forEach((key, text) -> block.put(key, text.toString()));
        if (!input.toString().isBlank()) {
            wholeInput()
                    .ifPresentOrElse(
                            value -> block.set(INPUT, value), () -> isInputIncomplete = true);
        }
    }

    /** Returns the input; some servers send it in pieces and then as a whole. */
    private Optional<JsonNode> wholeInput() {
        Optional<JsonNode> only = JsonTree.parse(input.toString()).filter(JsonNode::isObject);
        if (only.isPresent()) {
            return only;
        }
        var objects = LenientJson.objects(input.toString().getBytes(UTF_8), 2);
        boolean isRepeated =
                objects.rest().isBlank()
                        && objects.values().stream().map(LenientJson::tree).distinct().count() == 1;
        return isRepeated ? LenientJson.tree(objects.values().getFirst()) : Optional.empty();
    }

    /** Returns true if the input of a tool call is not a JSON object. */
    boolean isInputIncomplete() {
        return isInputIncomplete;
    }

    /**
     * Keeps the complete values of an incomplete input, as Anthropic's own clients do. Returns
     * false if there is no such input.
     */
    boolean keepBeginningOfInput() {
        Optional<ObjectNode> beginning = JsonTree.beginning(input.toString());
        beginning.ifPresent(value -> block.set(INPUT, value));
        return beginning.isPresent();
    }

    ObjectNode toJson() {
        return block;
    }
}
