package dev.millrace.translation.chat;

import dev.millrace.translation.field.Fields;
import dev.millrace.wire.call.ToolCallIds;
import dev.millrace.wire.json.JsonTree;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Translates the conversation. Leading system messages become the system prompt, and tool messages
 * become results in the user's turn. Consecutive turns of one role become one turn; the messages
 * reference documents that they would be combined.
 */
final class ChatMessages {
    private static final String MESSAGES = "messages";
    private static final String CONTENT = "content";
    private static final String USER = "user";
    private static final String ASSISTANT = "assistant";

    private final Fields request;
    private final ToolCallIds ids;
    private final ArrayNode system = JsonTree.array();
    private final ArrayNode turns = JsonTree.array();

    ChatMessages(Fields request, ToolCallIds ids) {
        this.request = request;
        this.ids = ids;
    }

    void translateTo(ObjectNode translated) {
        List<Fields> messages = request.variants(MESSAGES, "role");
        messages.forEach(this::translate);
        if (turns.isEmpty()) {
            request.refuse(MESSAGES, "must hold a message besides those of the system");
        } else if (messages.getLast().kind().equals(ASSISTANT)) {
            request.refuse(
                    MESSAGES, "must not end with the assistant: messages would continue its text");
        }
        if (!system.isEmpty()) {
            translated.set("system", ContentBlocks.compact(system));
        }
        for (JsonNode turn : turns) {
            ObjectNode message = (ObjectNode) turn;
            message.set(CONTENT, ContentBlocks.compact(message.withArrayProperty(CONTENT)));
        }
        translated.set(MESSAGES, turns);
    }

    private void translate(Fields message) {
        switch (message.kind()) {
            case "system", "developer" -> addSystem(message);
            case USER -> addTurn(USER, message, ContentBlocks.of(message));
            case ASSISTANT -> addTurn(ASSISTANT, message, assistantBlocks(message));
            default -> addTurn(USER, message, JsonTree.array().add(toolResult(message)));
        }
    }

    private void addSystem(Fields message) {
        if (!turns.isEmpty()) {
            message.refuse(
                    "role",
                    "must come before all other messages: later ones reach only some models");
        }
        system.addAll(ContentBlocks.of(message));
    }

    private void addTurn(String role, Fields message, ArrayNode blocks) {
        if (blocks.isEmpty()) {
            message.refuse(CONTENT, "must not be empty");
        }
        JsonNode last = turns.isEmpty() ? JsonTree.object() : turns.get(turns.size() - 1);
        if (last.path("role").asString("").equals(role)) {
            ((ObjectNode) last).withArrayProperty(CONTENT).addAll(blocks);
        } else {
            turns.addObject().put("role", role).set(CONTENT, blocks);
        }
    }

    private ArrayNode assistantBlocks(Fields message) {
        ArrayNode blocks = ContentBlocks.of(message);
        message.text("refusal")
                .filter(it -> !it.isEmpty())
                .ifPresent(it -> blocks.add(ContentBlocks.text(it)));
        for (Fields call : message.variants("tool_calls", "type", "function")) {
            blocks.add(toolUse(call));
        }
        return blocks;
    }

    private ObjectNode toolUse(Fields call) {
        ObjectNode block = JsonTree.object().put("type", "tool_use");
        block.put("id", ids.ofCall(call.requiredText("id")));
        call.requiredObject("function")
                .ifPresent(
                        function -> {
                            block.put("name", function.requiredText("name"));
                            block.set("input", input(function));
                        });
        return block;
    }

    private static JsonNode input(Fields function) {
        String arguments = function.text("arguments").orElse("");
        Optional<JsonNode> input =
                arguments.isBlank() ? Optional.of(JsonTree.object()) : JsonTree.parse(arguments);
        if (input.filter(JsonNode::isObject).isEmpty()) {
            function.refuse("arguments", "must be a JSON object");
        }
        return input.orElseGet(JsonTree::object);
    }

    private ObjectNode toolResult(Fields message) {
        ObjectNode block = JsonTree.object().put("type", "tool_result");
        block.put("tool_use_id", ids.ofResult(message.requiredText("tool_call_id")));
        ArrayNode content = ContentBlocks.of(message);
        if (!content.isEmpty()) {
            block.set(CONTENT, ContentBlocks.compact(content));
        }
        return block;
    }
}
