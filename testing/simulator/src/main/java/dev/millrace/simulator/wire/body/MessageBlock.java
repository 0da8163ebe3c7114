package dev.millrace.simulator.wire.body;

import dev.millrace.simulator.answer.content.ToolCall;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A content block of an Anthropic message. */
sealed interface MessageBlock {
    /** Returns the block as an unstreamed message contains it. */
    ObjectNode complete();

    /** Returns the block without the fields that the deltas fill. */
    ObjectNode empty();

    /** Returns the deltas of a stream. */
    List<ObjectNode> deltas();

    /** Returns the event that starts the block. */
    default SimulatedEvent start(int index) {
        ObjectNode start = event("content_block_start", index);
        return SimulatedEvent.named(start.set("content_block", empty()));
    }

    /** Returns the events after the start. */
    default List<SimulatedEvent> rest(int index) {
        List<SimulatedEvent> events = new ArrayList<>();
        for (ObjectNode delta : deltas()) {
            ObjectNode event = event("content_block_delta", index);
            events.add(SimulatedEvent.named(event.set("delta", delta)));
        }
        events.add(SimulatedEvent.named(event("content_block_stop", index)));
        return events;
    }

    private static ObjectNode event(String type, int index) {
        return typed(type).put("index", index);
    }

    private static ObjectNode typed(String type) {
        return JsonNodeFactory.instance.objectNode().put("type", type);
    }

    private static List<ObjectNode> deltas(String type, String field, String text) {
        return TextChunks.of(text).stream().map(piece -> typed(type).put(field, piece)).toList();
    }

    /** Text. */
    record Text(String text) implements MessageBlock {
        @Override
        public ObjectNode complete() {
            return typed("text").put("text", text);
        }

        @Override
        public ObjectNode empty() {
            return typed("text").put("text", "");
        }

        @Override
        public List<ObjectNode> deltas() {
            return MessageBlock.deltas("text_delta", "text", text);
        }
    }

    /** Reasoning, whose text is empty when the request omits it. */
    record Thinking(String text, String signature) implements MessageBlock {
        @Override
        public ObjectNode complete() {
            return typed("thinking").put("thinking", text).put("signature", signature);
        }

        @Override
        public ObjectNode empty() {
            return typed("thinking").put("thinking", "").put("signature", "");
        }

        @Override
        public List<ObjectNode> deltas() {
            List<ObjectNode> deltas =
                    new ArrayList<>(MessageBlock.deltas("thinking_delta", "thinking", text));
            deltas.add(typed("signature_delta").put("signature", signature));
            return deltas;
        }
    }

    /** A tool call. */
    record ToolUse(String id, ToolCall call) implements MessageBlock {
        @Override
        public ObjectNode complete() {
            return head().set("input", call.arguments());
        }

        @Override
        public ObjectNode empty() {
            ObjectNode block = head();
            block.putObject("input");
            return block;
        }

        /** Starts with an empty fragment, as real streams do. */
        @Override
        public List<ObjectNode> deltas() {
            List<ObjectNode> deltas = new ArrayList<>();
            deltas.add(typed("input_json_delta").put("partial_json", ""));
            deltas.addAll(
                    MessageBlock.deltas(
                            "input_json_delta", "partial_json", call.arguments().toString()));
            return deltas;
        }

        private ObjectNode head() {
            return typed("tool_use").put("id", id).put("name", call.name());
        }
    }
}
