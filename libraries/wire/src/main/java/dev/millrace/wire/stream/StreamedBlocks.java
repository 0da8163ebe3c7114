package dev.millrace.wire.stream;

import dev.millrace.wire.json.JsonTree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The content blocks of a streamed message, in the order in which they begin. A piece with an index
 * that no block has belongs to the last block. If the last block is of another type, the piece
 * begins a block. Used by one thread.
 */
final class StreamedBlocks {
    private static final String INDEX = "index";
    private static final int NO_INDEX = -1;

    /** Stop reasons of an answer that a limit on tokens has cut off. */
    private static final Set<String> LIMITS = Set.of("max_tokens", "model_context_window_exceeded");

    private final HeldSize held;
    private final List<StreamedBlock> blocks = new ArrayList<>();
    private final Map<Integer, StreamedBlock> byIndex = new HashMap<>();
    private boolean hasOpen;

    /** Creates the blocks of a message that has not begun. */
    StreamedBlocks(HeldSize held) {
        this.held = held;
    }

    /** Adds blocks that came as a whole, already counted as held. */
    void addWhole(JsonNode content) {
        for (JsonNode block : content) {
            if (block instanceof ObjectNode object) {
                byIndex.put(blocks.size(), begin(object));
            }
        }
    }

    private StreamedBlock begin(ObjectNode block) {
        var added = new StreamedBlock(block, held);
        blocks.add(added);
        return added;
    }

    /** Begins a block with the data of {@code content_block_start}. */
    EventStep start(ObjectNode event) {
        int index = event.path(INDEX).asInt(NO_INDEX);
        if (!(event.path("content_block") instanceof ObjectNode block)) {
            return new EventStep.Accepted(false, false);
        }
        if (hasOpen && blocks.getLast().isStartedBy(block)) {
            return EventStep.FOREIGN;
        }
        boolean isRegular = !hasOpen && index == blocks.size();
        held.add(block);
        byIndex.put(index, begin(block));
        hasOpen = true;
        return new EventStep.Accepted(StreamedBlock.startsWithContent(block), isRegular);
    }

    /** Adds the data of {@code content_block_delta}. */
    EventStep add(ObjectNode event) {
        if (!(event.path("delta") instanceof ObjectNode delta)) {
            return EventStep.FOREIGN;
        }
        boolean isRegular = isForOpen(event);
        StreamedBlock block = byIndex.get(event.path(INDEX).asInt(NO_INDEX));
        if (block == null && !blocks.isEmpty()) {
            block = blocks.getLast();
        }
        String type = StreamedBlock.typeOf(delta);
        if (block == null || !block.takes(type)) {
            if (type.isEmpty()) {
                return new EventStep.Broken("the input of a tool call has no tool");
            }
            block = begin(JsonTree.object().put("type", type));
            byIndex.put(event.path(INDEX).asInt(NO_INDEX), block);
            hasOpen = true;
            isRegular = false;
        }
        return new EventStep.Accepted(block.add(delta), isRegular);
    }

    /** Ends a block with the data of {@code content_block_stop}. */
    EventStep stop(ObjectNode event) {
        boolean isRegular = isForOpen(event);
        if (!hasOpen) {
            return EventStep.FOREIGN;
        }
        hasOpen = false;
        return new EventStep.Accepted(false, isRegular);
    }

    private boolean isForOpen(ObjectNode event) {
        return hasOpen && event.path(INDEX).asInt(NO_INDEX) == blocks.size() - 1;
    }

    /** Returns true if a block has begun and not ended. */
    boolean hasOpen() {
        return hasOpen;
    }

    /** Returns true if no block has begun. */
    boolean isEmpty() {
        return blocks.isEmpty();
    }

    /**
     * Completes the blocks. Returns null if the input of a tool is not a JSON object. An incomplete
     * input of the last tool is permitted if a limit on tokens has ended the answer.
     */
    @Nullable ArrayNode toJson(String stopReason) {
        ArrayNode content = JsonTree.array();
        for (StreamedBlock block : blocks) {
            block.finish();
            boolean isCut = LIMITS.contains(stopReason) && block == blocks.getLast();
            if (block.isInputIncomplete() && !(isCut && block.keepBeginningOfInput())) {
                return null;
            }
            content.add(block.toJson());
        }
        return content;
    }
}
