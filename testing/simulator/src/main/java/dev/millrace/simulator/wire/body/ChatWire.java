package dev.millrace.simulator.wire.body;

import dev.millrace.simulator.answer.Answer;
import dev.millrace.simulator.answer.content.Choice;
import dev.millrace.simulator.answer.content.FinishReason;
import dev.millrace.simulator.answer.content.ToolCall;
import dev.millrace.simulator.wire.CallId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Formats OpenAI chat completions (<a
 * href="https://platform.openai.com/docs/api-reference/chat/object">object</a>, <a
 * href="https://platform.openai.com/docs/api-reference/chat-streaming">chunks</a>), with DeepSeek's
 * {@code reasoning_content} (<a
 * href="https://api-docs.deepseek.com/guides/reasoning_model">reasoning</a>).
 */
final class ChatWire {
    static final SimulatedEvent DONE = new SimulatedEvent(null, "[DONE]");

    private final Answer answer;
    private final CallId id;

    private ChatWire(Answer answer, CallId id) {
        this.answer = answer;
        this.id = id;
    }

    static ObjectNode body(Answer answer, CallId id) {
        return new ChatWire(answer, id).body();
    }

    static List<SimulatedEvent> events(Answer answer, CallId id) {
        return new ChatWire(answer, id).events();
    }

    static String finish(Choice choice) {
        return switch (choice.finish()) {
            case STOP, STOP_SEQUENCE, REFUSAL -> "stop";
            case LENGTH -> "length";
            case TOOL_CALLS -> "tool_calls";
            case CONTENT_FILTER -> "content_filter";
        };
    }

    private ObjectNode body() {
        ObjectNode body = head("chat.completion");
        ArrayNode choices = body.putArray("choices");
        for (int i = 0; i < answer.choices().size(); i++) {
            Choice choice = answer.choices().get(i);
            ObjectNode node = choices.addObject().put("index", i);
            node.set("message", message(choice, i));
            node.putNull("logprobs").put("finish_reason", finish(choice));
        }
        body.set("usage", OpenAiUsage.of(answer.usage()));
        return withServer(body);
    }

    private ObjectNode message(Choice choice, int index) {
        boolean isRefusal = choice.finish() == FinishReason.REFUSAL;
        ObjectNode message = object().put("role", "assistant");
        if (isRefusal || !choice.toolCalls().isEmpty()) {
            message.putNull("content");
        } else {
            message.put("content", choice.text());
        }
        message.put("refusal", isRefusal ? choice.text() : null);
        if (!choice.reasoning().isEmpty()) {
            message.put("reasoning_content", choice.reasoning());
        }
        for (int i = 0; i < choice.toolCalls().size(); i++) {
            ToolCall call = choice.toolCalls().get(i);
            message.withArray("tool_calls")
                    .add(function(object(), index, i, call, call.arguments().toString()));
        }
        message.putArray("annotations");
        return message;
    }

    /** Returns all chunks. The choices take turns, as with real providers. */
    private List<SimulatedEvent> events() {
        List<List<SimulatedEvent>> choices = new ArrayList<>();
        for (int i = 0; i < answer.choices().size(); i++) {
            choices.add(chunks(answer.choices().get(i), i));
        }
        List<SimulatedEvent> events = new ArrayList<>();
        int longest = choices.stream().mapToInt(List::size).max().orElse(0);
        for (int turn = 0; turn < longest; turn++) {
            for (List<SimulatedEvent> chunks : choices) {
                if (turn < chunks.size()) {
                    events.add(chunks.get(turn));
                }
            }
        }
        if (answer.delivery().includeUsage()) {
            ObjectNode last = withServer(head("chat.completion.chunk"));
            last.putArray("choices");
            last.set("usage", OpenAiUsage.of(answer.usage()));
            events.add(SimulatedEvent.of(last));
        }
        events.add(DONE);
        return events;
    }

    private List<SimulatedEvent> chunks(Choice choice, int index) {
        List<ObjectNode> deltas = new ArrayList<>();
        ObjectNode first = object().put("role", "assistant");
        if (choice.toolCalls().isEmpty()) {
            first.put("content", "");
        } else {
            first.putNull("content");
        }
        deltas.add(first.putNull("refusal"));
        String field = choice.finish() == FinishReason.REFUSAL ? "refusal" : "content";
        TextChunks.of(choice.reasoning())
                .forEach(piece -> deltas.add(object().put("reasoning_content", piece)));
        TextChunks.of(choice.text()).forEach(piece -> deltas.add(object().put(field, piece)));
        for (int i = 0; i < choice.toolCalls().size(); i++) {
            deltas.addAll(fragments(choice.toolCalls().get(i), index, i));
        }
        List<SimulatedEvent> chunks = new ArrayList<>();
        deltas.forEach(delta -> chunks.add(chunk(index, delta, null)));
        chunks.add(chunk(index, object(), finish(choice)));
        return chunks;
    }

    private List<ObjectNode> fragments(ToolCall call, int choice, int index) {
        List<ObjectNode> fragments = new ArrayList<>();
        fragments.add(fragment(function(object().put("index", index), choice, index, call, "")));
        for (String piece : TextChunks.of(call.arguments().toString())) {
            ObjectNode next = object().put("index", index);
            next.putObject("function").put("arguments", piece);
            fragments.add(fragment(next));
        }
        return fragments;
    }

    private static ObjectNode fragment(ObjectNode call) {
        ObjectNode delta = object();
        delta.putArray("tool_calls").add(call);
        return delta;
    }

    private ObjectNode function(
            ObjectNode node, int choice, int index, ToolCall call, String arguments) {
        node.put("id", id.of("call_") + "_" + choice + "_" + index).put("type", "function");
        node.putObject("function").put("name", call.name()).put("arguments", arguments);
        return node;
    }

    private SimulatedEvent chunk(int index, ObjectNode delta, @Nullable String finish) {
        ObjectNode chunk = withServer(head("chat.completion.chunk"));
        ObjectNode choice = chunk.putArray("choices").addObject().put("index", index);
        choice.set("delta", delta);
        choice.putNull("logprobs").put("finish_reason", finish);
        if (answer.delivery().includeUsage()) {
            chunk.putNull("usage");
        }
        return SimulatedEvent.of(chunk);
    }

    private ObjectNode head(String object) {
        return object().put("id", id.of("chatcmpl-"))
                .put("object", object)
                .put("created", id.epochSecond())
                .put("model", answer.model());
    }

    private ObjectNode withServer(ObjectNode body) {
        return body.put("service_tier", answer.usage().serviceTier())
                .put("system_fingerprint", "fp_simulator");
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
