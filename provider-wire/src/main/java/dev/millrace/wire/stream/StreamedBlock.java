package dev.millrace.wire.stream;

import dev.millrace.wire.json.JsonTree;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** One content block of a streamed message. Used by one thread. */
final class StreamedBlock {
    private static final String INPUT = "input";

    /** Blocks that start empty; any other block starts with content. */
    private static final Set<String> STARTS_EMPTY = Set.of("text", "thinking");

    private final ObjectNode block;
    private final HeldSize held;
    private final Map<String, StringBuilder> texts = new LinkedHashMap<>();
    private final StringBuilder input = new StringBuilder();
    private boolean isInputIncomplete;

    StreamedBlock(ObjectNode block, HeldSize held) {
        this.block = block;
        this.held = held;
    }

    static boolean startsWithContent(ObjectNode block) {
        return !STARTS_EMPTY.contains(block.path("type").asString(""));
    }

    EventStep add(ObjectNode delta) {
        String type = delta.path("type").asString("");
        return switch (type) {
            case "text_delta" -> append("text", delta);
            case "thinking_delta" -> append("thinking", delta);
            case "signature_delta" -> append("signature", delta);
            case "input_json_delta" -> appendInput(delta.path("partial_json").asString(""));
            case "citations_delta" -> addCitation(delta.path("citation"));
            // Ignoring the piece would assemble another answer than the provider gave.
            default -> EventStep.malformed("unknown type of content_block_delta: " + type);
        };
    }

    private EventStep append(String key, ObjectNode delta) {
        String piece = delta.path(key).asString("");
        held.add(piece);
        texts.computeIfAbsent(key, _ -> new StringBuilder(block.path(key).asString("")))
                .append(piece);
        return EventStep.accepted(!piece.isEmpty());
    }

    private EventStep appendInput(String piece) {
        held.add(piece);
        input.append(piece);
        return EventStep.accepted(!piece.isEmpty());
    }

    private EventStep addCitation(JsonNode citation) {
        held.add(citation);
        if (!block.path("citations").isArray()) {
            block.set("citations", JsonTree.array());
        }
        block.withArrayProperty("citations").add(citation);
        return EventStep.CONTENT;
    }

    /** Completes the block, except for an input that is no JSON object. */
    void finish() {
        texts.forEach((key, text) -> block.put(key, text.toString()));
        if (!input.toString().isBlank()) {
            JsonTree.parse(input.toString())
                    .filter(JsonNode::isObject)
                    .ifPresentOrElse(
                            value -> block.set(INPUT, value), () -> isInputIncomplete = true);
        }
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
