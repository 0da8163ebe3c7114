package dev.millrace.simulator.wire.body;

import dev.millrace.simulator.answer.Answer;
import dev.millrace.simulator.answer.FinishReason;
import dev.millrace.simulator.answer.Usage;
import dev.millrace.simulator.wire.CallId;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Formats OpenAI responses. */
final class ResponsesWire {
    private final Answer answer;
    private final CallId id;
    private int sequence;

    private ResponsesWire(Answer answer, CallId id) {
        this.answer = answer;
        this.id = id;
    }

    static ObjectNode body(Answer answer, CallId id) {
        return new ResponsesWire(answer, id).finalResponse();
    }

    static List<SseEvent> events(Answer answer, CallId id) {
        return new ResponsesWire(answer, id).events();
    }

    private List<SseEvent> events() {
        Stream.Builder<ObjectNode> events = Stream.builder();
        events.add(withResponse("response.created", initialResponse()));
        events.add(withResponse("response.in_progress", initialResponse()));
        events.add(withItem("response.output_item.added", item("in_progress")));
        events.add(withPart("response.content_part.added", part("")));
        for (String piece : TextChunks.of(answer.text())) {
            events.add(inPart("response.output_text.delta").put("delta", piece));
        }
        events.add(inPart("response.output_text.done").put("text", answer.text()));
        events.add(withPart("response.content_part.done", part(answer.text())));
        ObjectNode item = item(status());
        item.withArray("content").add(part(answer.text()));
        events.add(withItem("response.output_item.done", item));
        events.add(withResponse("response." + status(), finalResponse()));
        return events.build()
                .map(event -> event.put("sequence_number", sequence++))
                .map(SseEvent::named)
                .toList();
    }

    private ObjectNode finalResponse() {
        ObjectNode response = head(status());
        ObjectNode item = item(status());
        item.withArray("content").add(part(answer.text()));
        response.putArray("output").add(item);
        if (!status().equals("completed")) {
            response.putObject("incomplete_details").put("reason", incompleteReason());
        }
        response.set("usage", usage(answer.usage()));
        return response;
    }

    private ObjectNode initialResponse() {
        ObjectNode response = head("in_progress");
        response.putArray("output");
        return response.putNull("usage");
    }

    private ObjectNode head(String status) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", id.of("resp_"))
                .put("object", "response")
                .put("created_at", id.epochSecond())
                .put("status", status)
                .putNull("error")
                .putNull("incomplete_details")
                .put("model", answer.model())
                .put("parallel_tool_calls", true)
                .putNull("previous_response_id");
    }

    private ObjectNode item(String status) {
        ObjectNode item =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("id", id.of("msg_"))
                        .put("type", "message")
                        .put("status", status)
                        .put("role", "assistant");
        item.putArray("content");
        return item;
    }

    private static ObjectNode part(String text) {
        ObjectNode part = JsonNodeFactory.instance.objectNode().put("type", "output_text");
        part.put("text", text).putArray("annotations");
        return part;
    }

    private static ObjectNode event(String type) {
        return JsonNodeFactory.instance.objectNode().put("type", type);
    }

    private static ObjectNode withResponse(String type, ObjectNode response) {
        ObjectNode event = event(type);
        event.set("response", response);
        return event;
    }

    private static ObjectNode withItem(String type, ObjectNode item) {
        ObjectNode event = event(type).put("output_index", 0);
        event.set("item", item);
        return event;
    }

    private ObjectNode withPart(String type, ObjectNode part) {
        ObjectNode event = inPart(type);
        event.set("part", part);
        return event;
    }

    private ObjectNode inPart(String type) {
        return event(type)
                .put("item_id", id.of("msg_"))
                .put("output_index", 0)
                .put("content_index", 0);
    }

    private String status() {
        return answer.choices().getFirst().finish() == FinishReason.STOP
                ? "completed"
                : "incomplete";
    }

    private String incompleteReason() {
        return answer.choices().getFirst().finish() == FinishReason.LENGTH
                ? "max_output_tokens"
                : "content_filter";
    }

    private static ObjectNode usage(Usage usage) {
        ObjectNode node = JsonNodeFactory.instance.objectNode().put("input_tokens", usage.input());
        node.putObject("input_tokens_details").put("cached_tokens", usage.cachedInput());
        node.put("output_tokens", usage.output());
        node.putObject("output_tokens_details").put("reasoning_tokens", usage.reasoning());
        return node.put("total_tokens", usage.total());
    }
}
