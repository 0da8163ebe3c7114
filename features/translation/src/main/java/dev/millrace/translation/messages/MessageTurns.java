package dev.millrace.translation.messages;

import dev.millrace.translation.field.Fields;
import dev.millrace.wire.call.ToolCallIds;
import dev.millrace.wire.json.JsonTree;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Translates the conversation: the system prompt becomes the first message, and each result of a
 * tool becomes a separate message. The order of all contents is kept; an order that chat
 * completions cannot express is refused.
 */
final class MessageTurns {
    private static final String MESSAGES = "messages";
    private static final String CONTENT = "content";
    private static final String ROLE = "role";
    private static final String TYPE = "type";
    private static final String ASSISTANT = "assistant";

    private final Fields request;
    private final ToolCallIds ids;
    private final ArrayNode translated = JsonTree.array();

    MessageTurns(Fields request, ToolCallIds ids) {
        this.request = request;
        this.ids = ids;
    }

    void translateTo(ObjectNode body) {
        ArrayNode system = ContentParts.of(request, "system");
        if (!system.isEmpty()) {
            add("system", system);
        }
        List<Fields> turns = request.variants(MESSAGES, ROLE);
        turns.forEach(this::translate);
        if (turns.isEmpty()) {
            request.refuse(MESSAGES, "must not be empty");
        } else if (turns.getLast().kind().equals(ASSISTANT)) {
            request.refuse(
                    MESSAGES,
                    "must not end with the assistant: chat completions would not continue its text");
        }
        body.set(MESSAGES, translated);
    }

    private void translate(Fields turn) {
        Optional<JsonNode> content = turn.value(CONTENT);
        if (content.isEmpty() || (content.get().isArray() && content.get().isEmpty())) {
            turn.refuse(CONTENT, "must not be empty");
        } else if (content.get().isString()) {
            add(turn.kind(), ContentParts.of(turn, CONTENT));
        } else if (turn.kind().equals(ASSISTANT)) {
            translateAssistant(turn);
        } else {
            translateUser(turn);
        }
    }

    private ObjectNode add(String role, ArrayNode parts) {
        ObjectNode message = translated.addObject().put(ROLE, role);
        message.set(CONTENT, ContentParts.compact(parts));
        return message;
    }

    private void translateUser(Fields turn) {
        ArrayNode parts = JsonTree.array();
        for (Fields block : turn.variants(CONTENT, TYPE)) {
            boolean isResult = block.kind().equals("tool_result");
            if (isResult && !parts.isEmpty()) {
                block.refuse(TYPE, "must come before all other content");
            }
            if (isResult) {
                addResult(block);
            } else {
                parts.add(ContentParts.part(block));
            }
        }
        if (!parts.isEmpty()) {
            add(turn.kind(), parts);
        }
    }

    private void addResult(Fields block) {
        ArrayNode parts = ContentParts.of(block, CONTENT);
        if (parts.isEmpty()) {
            parts.add(ContentParts.text(""));
        }
        String id = ToolCallIds.restored(block.requiredText("tool_use_id"));
        add("tool", parts).put("tool_call_id", ids.ofResult(id));
    }

    private void translateAssistant(Fields turn) {
        ArrayNode parts = JsonTree.array();
        ArrayNode calls = JsonTree.array();
        for (Fields block : turn.variants(CONTENT, TYPE)) {
            if (block.kind().equals("tool_use")) {
                calls.add(toolCall(block));
            } else {
                if (!calls.isEmpty()) {
                    block.refuse(TYPE, "must come before the calls of tools");
                }
                parts.add(ContentParts.part(block));
            }
        }
        if (parts.isEmpty() && calls.isEmpty()) {
            turn.refuse(CONTENT, "must hold a text or a call of a tool");
        }
        ObjectNode message = add(ASSISTANT, parts);
        if (!calls.isEmpty()) {
            message.set("tool_calls", calls);
        }
    }

    private ObjectNode toolCall(Fields block) {
        ObjectNode call = JsonTree.object();
        call.put("id", ids.ofCall(ToolCallIds.restored(block.requiredText("id"))));
        call.put(TYPE, "function");
        call.putObject("function")
                .put("name", block.requiredText("name"))
                .put("arguments", JsonTree.text(block.value("input").orElseGet(JsonTree::object)));
        return call;
    }
}
