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
 * Formats OpenAI responses (<a
 * href="https://platform.openai.com/docs/api-reference/responses/object">object</a>, <a
 * href="https://platform.openai.com/docs/api-reference/responses-streaming">events</a>).
 */
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

    static List<SimulatedEvent> events(Answer answer, CallId id) {
        return new ResponsesWire(answer, id).events();
    }

    private List<SimulatedEvent> events() {
        List<ObjectNode> events = new ArrayList<>();
        events.add(withResponse("response.created", initialResponse()));
        events.add(withResponse("response.in_progress", initialResponse()));
        List<ResponseItem> items = items();
        for (int i = 0; i < items.size(); i++) {
            events.addAll(items.get(i).events(i, status()));
        }
        events.add(withResponse("response." + status(), finalResponse()));
        return events.stream()
                .map(event -> event.put("sequence_number", sequence++))
                .map(SimulatedEvent::named)
                .toList();
    }

    /** Returns reasoning, then a message or function calls; at least one item. */
    private List<ResponseItem> items() {
        Choice choice = answer.choices().getFirst();
        List<ResponseItem> items = new ArrayList<>();
        if (answer.usage().reasoning() > 0) {
            items.add(new ResponseItem.Reasoning(id.of("rs_"), choice.reasoning()));
        }
        for (int i = 0; i < choice.toolCalls().size(); i++) {
            String suffix = "_" + i;
            items.add(
                    new ResponseItem.FunctionCall(
                            id.of("fc_") + suffix,
                            id.of("call_") + suffix,
                            choice.toolCalls().get(i)));
        }
        if (choice.toolCalls().isEmpty()) {
            boolean isRefusal = choice.finish() == FinishReason.REFUSAL;
            items.add(new ResponseItem.Message(id.of("msg_"), choice.text(), isRefusal));
        }
        return items;
    }

    private ObjectNode finalResponse() {
        ObjectNode response = head(status());
        ArrayNode output = response.putArray("output");
        items().forEach(item -> output.add(item.complete(status())));
        if (status().equals("completed")) {
            response.put("completed_at", id.epochSecond());
        } else {
            response.putObject("incomplete_details").put("reason", incompleteReason());
        }
        return response.set("usage", usage(answer.usage()));
    }

    private ObjectNode initialResponse() {
        ObjectNode response = head("in_progress");
        response.putArray("output");
        return response.putNull("usage");
    }

    private ObjectNode head(String status) {
        ObjectNode response =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("id", id.of("resp_"))
                        .put("object", "response")
                        .put("created_at", id.epochSecond())
                        .putNull("completed_at")
                        .put("status", status)
                        .putNull("error")
                        .putNull("incomplete_details")
                        .put("model", answer.model())
                        .put("service_tier", answer.usage().serviceTier());
        return response.setAll(answer.delivery().echoed());
    }

    private static ObjectNode withResponse(String type, ObjectNode response) {
        return JsonNodeFactory.instance.objectNode().put("type", type).set("response", response);
    }

    private String status() {
        return switch (answer.choices().getFirst().finish()) {
            case STOP, STOP_SEQUENCE, TOOL_CALLS, REFUSAL -> "completed";
            case LENGTH, CONTENT_FILTER -> "incomplete";
        };
    }

    private String incompleteReason() {
        return answer.choices().getFirst().finish() == FinishReason.LENGTH
                ? "max_output_tokens"
                : "content_filter";
    }

    private static ObjectNode usage(Usage usage) {
        ObjectNode node = JsonNodeFactory.instance.objectNode().put("input_tokens", usage.input());
        ObjectNode details = node.putObject("input_tokens_details");
        details.put("cached_tokens", usage.cachedInput());
        OpenAiUsage.addWrites(details, usage);
        node.put("output_tokens", usage.output());
        node.putObject("output_tokens_details").put("reasoning_tokens", usage.reasoning());
        return node.put("total_tokens", usage.total());
    }
}
