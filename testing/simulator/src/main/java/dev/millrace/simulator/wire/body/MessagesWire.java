package dev.millrace.simulator.wire.body;

import dev.millrace.simulator.answer.Answer;
import dev.millrace.simulator.answer.Usage;
import dev.millrace.simulator.answer.content.Choice;
import dev.millrace.simulator.answer.content.FinishReason;
import dev.millrace.simulator.wire.CallId;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Formats Anthropic messages (<a
 * href="https://platform.claude.com/docs/en/api/messages">message</a>, <a
 * href="https://platform.claude.com/docs/en/build-with-claude/streaming">events</a>).
 */
final class MessagesWire {
    private final Answer answer;
    private final CallId id;

    private MessagesWire(Answer answer, CallId id) {
        this.answer = answer;
        this.id = id;
    }

    static ObjectNode body(Answer answer, CallId id) {
        return new MessagesWire(answer, id).body();
    }

    static List<SimulatedEvent> events(Answer answer, CallId id) {
        return new MessagesWire(answer, id).events();
    }

    private ObjectNode body() {
        ObjectNode body = head();
        ArrayNode content = body.putArray("content");
        blocks().forEach(block -> content.add(block.complete()));
        return end(body).set("usage", usage());
    }

    private List<SimulatedEvent> events() {
        List<SimulatedEvent> events = new ArrayList<>();
        ObjectNode message = head();
        message.putArray("content");
        message.putNull("stop_reason").putNull("stop_sequence");
        message.set("usage", usage().put("output_tokens", 1));
        events.add(SimulatedEvent.named(event("message_start").set("message", message)));
        List<MessageBlock> blocks = blocks();
        for (int i = 0; i < blocks.size(); i++) {
            events.add(blocks.get(i).start(i));
            if (i == 0) {
                events.add(SimulatedEvent.named(event("ping")));
            }
            events.addAll(blocks.get(i).rest(i));
        }
        ObjectNode last = event("message_delta");
        last.set("delta", end(JsonNodeFactory.instance.objectNode()));
        last.set("usage", tokens());
        events.add(SimulatedEvent.named(last));
        events.add(SimulatedEvent.named(event("message_stop")));
        return events;
    }

    /** Returns reasoning, text and tool calls in this order; at least one block. */
    private List<MessageBlock> blocks() {
        Choice choice = choice();
        List<MessageBlock> blocks = new ArrayList<>();
        if (answer.usage().reasoning() > 0) {
            String signature = "sim" + answer.hash();
            blocks.add(new MessageBlock.Thinking(choice.reasoning(), signature));
        }
        for (int i = 0; i < choice.toolCalls().size(); i++) {
            blocks.add(
                    new MessageBlock.ToolUse(id.of("toolu_") + "_" + i, choice.toolCalls().get(i)));
        }
        if (blocks.isEmpty() || !choice.text().isEmpty()) {
            blocks.add(new MessageBlock.Text(choice.text()));
        }
        return blocks;
    }

    private static ObjectNode event(String type) {
        return JsonNodeFactory.instance.objectNode().put("type", type);
    }

    private ObjectNode head() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", id.of("msg_"))
                .put("type", "message")
                .put("role", "assistant")
                .put("model", answer.model());
    }

    /** Adds why the message ends. */
    private ObjectNode end(ObjectNode node) {
        node.put("stop_reason", stopReason()).put("stop_sequence", choice().stopSequence());
        if (choice().finish() == FinishReason.REFUSAL) {
            node.putObject("stop_details")
                    .put("type", "refusal")
                    .putNull("category")
                    .putNull("explanation");
        }
        return node;
    }

    private Choice choice() {
        return answer.choices().getFirst();
    }

    private String stopReason() {
        return switch (choice().finish()) {
            case STOP -> "end_turn";
            case STOP_SEQUENCE -> "stop_sequence";
            case LENGTH -> "max_tokens";
            case TOOL_CALLS -> "tool_use";
            case REFUSAL, CONTENT_FILTER -> "refusal";
        };
    }

    private ObjectNode usage() {
        ObjectNode node = tokens();
        node.putObject("cache_creation")
                .put("ephemeral_5m_input_tokens", answer.usage().cacheWrite())
                .put("ephemeral_1h_input_tokens", 0);
        return node.put("service_tier", "standard");
    }

    /** Formats the tokens. Unlike OpenAI, Anthropic does not count cached tokens as input. */
    private ObjectNode tokens() {
        Usage usage = answer.usage();
        return JsonNodeFactory.instance
                .objectNode()
                .put("input_tokens", usage.input() - usage.cachedInput() - usage.cacheWrite())
                .put("cache_creation_input_tokens", usage.cacheWrite())
                .put("cache_read_input_tokens", usage.cachedInput())
                .put("output_tokens", usage.output());
    }
}
