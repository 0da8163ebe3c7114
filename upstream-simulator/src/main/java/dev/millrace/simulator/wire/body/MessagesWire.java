package dev.millrace.simulator.wire.body;

import dev.millrace.simulator.answer.Answer;
import dev.millrace.simulator.answer.Usage;
import dev.millrace.simulator.wire.CallId;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Formats Anthropic messages. */
final class MessagesWire {
    private MessagesWire() {}

    static ObjectNode body(Answer answer, CallId id) {
        ObjectNode body = head(answer, id);
        body.putArray("content").addObject().put("type", "text").put("text", answer.text());
        body.put("stop_reason", stopReason(answer)).putNull("stop_sequence");
        body.set("usage", usage(answer.usage()));
        return body;
    }

    static List<SseEvent> events(Answer answer, CallId id) {
        List<SseEvent> events = new ArrayList<>();
        ObjectNode start = event("message_start");
        ObjectNode message = head(answer, id);
        message.putArray("content");
        message.putNull("stop_reason").putNull("stop_sequence");
        message.set("usage", usage(answer.usage()).put("output_tokens", 1));
        start.set("message", message);
        events.add(SseEvent.named(start));

        ObjectNode block = event("content_block_start").put("index", 0);
        block.putObject("content_block").put("type", "text").put("text", "");
        events.add(SseEvent.named(block));
        events.add(SseEvent.named(event("ping")));
        for (String piece : TextChunks.of(answer.text())) {
            ObjectNode delta = event("content_block_delta").put("index", 0);
            delta.putObject("delta").put("type", "text_delta").put("text", piece);
            events.add(SseEvent.named(delta));
        }
        events.add(SseEvent.named(event("content_block_stop").put("index", 0)));

        ObjectNode last = event("message_delta");
        last.putObject("delta").put("stop_reason", stopReason(answer)).putNull("stop_sequence");
        last.putObject("usage").put("output_tokens", answer.usage().output());
        events.add(SseEvent.named(last));
        events.add(SseEvent.named(event("message_stop")));
        return events;
    }

    private static ObjectNode event(String type) {
        return JsonNodeFactory.instance.objectNode().put("type", type);
    }

    private static ObjectNode head(Answer answer, CallId id) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", id.of("msg_"))
                .put("type", "message")
                .put("role", "assistant")
                .put("model", answer.model());
    }

    private static String stopReason(Answer answer) {
        return switch (answer.choices().getFirst().finish()) {
            case STOP -> "end_turn";
            case LENGTH -> "max_tokens";
            case CONTENT_FILTER -> "refusal";
        };
    }

    /** Formats usage. Unlike OpenAI, Anthropic does not count cached tokens as input tokens. */
    private static ObjectNode usage(Usage usage) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("input_tokens", usage.input() - usage.cachedInput() - usage.cacheWrite())
                .put("cache_creation_input_tokens", usage.cacheWrite())
                .put("cache_read_input_tokens", usage.cachedInput())
                .put("output_tokens", usage.output())
                .put("service_tier", "standard");
    }
}
