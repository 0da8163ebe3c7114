package dev.millrace.wire.stream;

import dev.millrace.wire.json.JsonTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Assembles the events of Anthropic's messages.
 *
 * <pre>
 *   message_start → (content_block_start → content_block_delta* → content_block_stop)*
 *                 → message_delta+ → message_stop
 * </pre>
 *
 * <p>{@code ping} may come anywhere, and so may events of types that do not exist yet. The counts
 * of {@code message_delta.usage} are totals: they replace the counts of {@code message_start},
 * except that a count of 0 replaces nothing: servers report the input in either event, and 0 in the
 * other.
 *
 * @see <a href="https://platform.claude.com/docs/en/build-with-claude/streaming">Reference</a>
 */
final class MessageAssembler implements EventAssembler {
    private static final String USAGE = "usage";

    /** Stop reasons of an answer that a limit on tokens has cut off. */
    private static final Set<String> LIMITS = Set.of("max_tokens", "model_context_window_exceeded");

    private final HeldSize held;
    private final List<StreamedBlock> blocks = new ArrayList<>();
    private @Nullable ObjectNode message;
    private boolean hasOpenBlock;

    MessageAssembler(HeldSize held) {
        this.held = held;
    }

    @Override
    public EventStep accept(ObjectNode event) {
        return switch (event.path("type").asString("")) {
            case "message_start" -> start(event);
            case "content_block_start" -> startBlock(event);
            case "content_block_delta" -> addToBlock(event);
            case "content_block_stop" -> stopBlock(event);
            case "message_delta" -> change(event);
            case "message_stop" -> stop();
            default -> EventStep.NO_CONTENT;
        };
    }

    private EventStep start(ObjectNode event) {
        if (message != null || !(event.path("message") instanceof ObjectNode started)) {
            return EventStep.malformed("message_start came twice or without a message");
        }
        JsonNode usage = started.path(USAGE);
        if (!usage.isMissingNode() && !usage.isNull() && !usage.isObject()) {
            return EventStep.malformed("the usage is not an object");
        }
        held.add(started);
        message = started;
        return EventStep.NO_CONTENT;
    }

    private EventStep startBlock(ObjectNode event) {
        boolean isNext = event.path("index").asInt(-1) == blocks.size();
        if (message == null
                || hasOpenBlock
                || !isNext
                || !(event.path("content_block") instanceof ObjectNode block)) {
            return outOfOrder("content_block_start");
        }
        held.add(block);
        blocks.add(new StreamedBlock(block, held));
        hasOpenBlock = true;
        return EventStep.accepted(StreamedBlock.startsWithContent(block));
    }

    private EventStep addToBlock(ObjectNode event) {
        if (!isForOpenBlock(event) || !(event.path("delta") instanceof ObjectNode delta)) {
            return outOfOrder("content_block_delta");
        }
        return blocks.getLast().add(delta);
    }

    private EventStep stopBlock(ObjectNode event) {
        if (!isForOpenBlock(event)) {
            return outOfOrder("content_block_stop");
        }
        hasOpenBlock = false;
        blocks.getLast().finish();
        return EventStep.NO_CONTENT;
    }

    private boolean isForOpenBlock(ObjectNode event) {
        return hasOpenBlock && event.path("index").asInt(-1) == blocks.size() - 1;
    }

    /** Sets the fields of the message that are known at its end only. */
    private EventStep change(ObjectNode event) {
        if (message == null || hasOpenBlock) {
            return outOfOrder("message_delta");
        }
        for (Map.Entry<String, JsonNode> field : event.properties()) {
            switch (field.getKey()) {
                case "type" -> {}
                case "delta" -> replaceAll(message, field.getValue());
                case USAGE ->
                        MergedFields.mergeCounts(
                                message.withObjectProperty(USAGE), field.getValue(), held);
                default -> MergedFields.replace(message, field.getKey(), field.getValue(), held);
            }
        }
        return EventStep.NO_CONTENT;
    }

    private void replaceAll(ObjectNode target, JsonNode changes) {
        changes.properties()
                .forEach(
                        change ->
                                MergedFields.replace(
                                        target, change.getKey(), change.getValue(), held));
    }

    private EventStep stop() {
        if (message == null || hasOpenBlock || !message.path("stop_reason").isString()) {
            return outOfOrder("message_stop");
        }
        ArrayNode content = JsonTree.array();
        for (StreamedBlock block : blocks) {
            if (block.isInputIncomplete() && !isCutByALimit(block)) {
                return EventStep.malformed("the input of a tool call is not a JSON object");
            }
            content.add(block.toJson());
        }
        message.set("content", content);
        return EventStep.complete(message);
    }

    /** A limit on tokens may end the answer within the input of its last tool call. */
    private boolean isCutByALimit(StreamedBlock block) {
        return message != null
                && LIMITS.contains(message.path("stop_reason").asString(""))
                && block == blocks.getLast()
                && block.keepBeginningOfInput();
    }

    private static EventStep outOfOrder(String type) {
        return EventStep.malformed(type + " is out of order");
    }

    @Override
    public EventStep acceptDone() {
        return EventStep.malformed("[DONE] came before message_stop");
    }

    @Override
    public String missing() {
        return "message_stop";
    }
}
